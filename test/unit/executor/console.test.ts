import { describe, expect, it } from 'vitest';
import { quoteForShell, splitCommand } from '../../../src/executor/console/command-line.js';
import { ExpectBuffer } from '../../../src/executor/console/expect-buffer.js';
import { compilePattern } from '../../../src/executor/pattern.js';

describe('splitting a command', () => {
  it.each([
    ['telnet host 23', ['telnet', 'host', '23']],
    ['-append "console=ttyS0 root=/dev/ram0"', ['-append', 'console=ttyS0 root=/dev/ram0']],
    [`sh -c 'echo "$HOME"'`, ['sh', '-c', 'echo "$HOME"']],
    ['a\\ b "c\\"d" e""f \'\'', ['a b', 'c"d', 'ef', '']],
    ['  ', []],
  ])('%s', (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });

  it('rejects an unclosed quote', () => {
    expect(() => splitCommand('echo "a')).toThrow('not closed');
  });

  it('quotes words that a shell would change', () => {
    expect(quoteForShell('plain-1.2/x')).toBe('plain-1.2/x');
    expect(splitCommand(quoteForShell(`it's $HOME; "x"`))).toEqual([`it's $HOME; "x"`]);
  });
});

describe('matching console text', () => {
  it('fails the job when a search takes too long', () => {
    const expensive = compilePattern(`${'(?:a?){900}'.repeat(10)}[bc]`);
    expect(() => expensive.search('a'.repeat(60_000))).toThrow(
      expect.objectContaining({
        errorType: 'Job',
        message: expect.stringContaining('too expensive') as string,
      }),
    );
  });

  const patterns = (...sources: string[]) => sources.map((source) => compilePattern(source));

  it('returns the earliest match and keeps the text after it', () => {
    const buffer = new ExpectBuffer();
    buffer.push('boot\r\nlogin: prompt# ');
    expect(buffer.take(patterns('# ', 'login:'))).toMatchObject({ index: 1, before: 'boot\r\n' });
    expect(buffer.take(patterns('# '))).toMatchObject({ index: 0, before: ' prompt' });
    expect(buffer.take(patterns('# '))).toBeUndefined();
  });

  it('returns the first pattern of the list if two match at the same place', () => {
    const buffer = new ExpectBuffer();
    buffer.push('BUG: KASAN: x');
    expect(buffer.take(patterns('BUG: KASAN:', 'BUG:'))?.index).toBe(0);
  });

  it('finds a match that arrives in pieces', () => {
    const buffer = new ExpectBuffer();
    for (const piece of ['log', 'i', 'n: ']) {
      buffer.push(piece);
      const found = buffer.take(patterns('login: '));
      if (piece === 'n: ') expect(found?.index).toBe(0);
      else expect(found).toBeUndefined();
    }
  });

  it('drops text that nothing waits for', () => {
    const buffer = new ExpectBuffer();
    buffer.push('needle');
    for (let count = 0; count < 100; count += 1) buffer.push('x'.repeat(1000));
    buffer.restart();
    expect(buffer.take(patterns('needle'))).toBeUndefined();
    buffer.push('needle');
    expect(buffer.take(patterns('needle'))?.before.length).toBeLessThanOrEqual(64 * 1024);
  });
});
