import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingsFormats, formatFindings, printable, type Finding } from '../../../src/diagnostics/index.js';

const finding: Finding = {
  code: 'worker-unknown',
  severity: 'error',
  message: 'there is no worker "a"',
  place: { file: 'device-dictionaries/board-1.jinja2', line: 4, column: 13 },
  hint: 'Did you mean "b"?',
};
const plain: Finding = {
  code: 'file-unknown',
  severity: 'note',
  message: 'odd',
  place: { file: 'workers/x' },
};

const hostile: Finding = {
  code: 'file-name-unsafe',
  severity: 'warning',
  message: 'a\u001b[2Jb\n::error::pwned\r%0A::set-output',
  place: { file: 'workers/a\n::add-mask::x,line=1:\u202e%2C', line: 1, column: 2 },
};

describe('formatFindings', () => {
  it('prints like a compiler', () => {
    expect(formatFindings([finding, plain], 'text')).toBe(
      'device-dictionaries/board-1.jinja2:4:13: error: there is no worker "a" [worker-unknown]\n' +
        '  hint: Did you mean "b"?\n' +
        'workers/x: note: odd [file-unknown]\n',
    );
  });

  it('prints JSON that holds the findings as they are', () => {
    expect(JSON.parse(formatFindings([finding, hostile], 'json'))).toEqual({ findings: [finding, hostile] });
  });

  it('prints workflow commands', () => {
    expect(formatFindings([finding, plain], 'github')).toBe(
      '::error file=device-dictionaries/board-1.jinja2,line=4,col=13,title=worker-unknown::there is no worker "a". Did you mean "b"?\n' +
        '::notice file=workers/x,title=file-unknown::odd\n',
    );
  });

  it('prints a SARIF log', () => {
    const log = JSON.parse(formatFindings([finding, plain], 'sarif')) as {
      version: string;
      runs: { results: unknown[]; tool: { driver: { rules: { id: string }[] } } }[];
    };
    expect(log.version).toBe('2.1.0');
    expect(log.runs[0]?.tool.driver.rules.map((rule) => rule.id)).toEqual(['file-unknown', 'worker-unknown']);
    expect(log.runs[0]?.results).toMatchObject([
      {
        ruleId: 'worker-unknown',
        ruleIndex: 1,
        level: 'error',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'device-dictionaries/board-1.jinja2', uriBaseId: 'LAB' },
              region: { startLine: 4, startColumn: 13 },
            },
          },
        ],
      },
      { ruleId: 'file-unknown', level: 'note' },
    ]);
  });

  it.each(['text', 'github'] as const)('keeps a hostile finding on one line of %s', (format) => {
    const text = formatFindings([hostile], format);
    expect(text.match(/\n/g)).toHaveLength(1);
    for (const character of ['\u001b', '\r', '\u202e']) expect(text).not.toContain(character);
    if (format === 'github')
      expect(text).toMatch(/^::warning file=workers\/a[^,:]*,line=1,col=2,title=[^:]*::/);
  });

  it('never breaks out of a line, and always prints JSON that parses', () => {
    const texts = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(texts, texts, texts, (code, message, file) => {
        const one: Finding = { code, severity: 'error', message, place: { file, line: 1 }, hint: message };
        for (const format of findingsFormats) {
          const text = formatFindings([one], format);
          if (format === 'json' || format === 'sarif') JSON.parse(text);
          else expect(text.split('\n')).toHaveLength(format === 'text' ? 3 : 2);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('printable', () => {
  it('shows what cannot be printed', () => {
    expect(printable('a\u001b[31mb\nc\u2028d\u009be')).toBe('a\\u001b[31mb\\u000ac\\u2028d\\u009be');
    expect(printable('Grüße, 板 🎉')).toBe('Grüße, 板 🎉');
  });
});
