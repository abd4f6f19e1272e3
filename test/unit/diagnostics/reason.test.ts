import { mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { ExternalError, reasonOf } from '../../../src/diagnostics/index.js';

function failureOf(act: () => unknown): unknown {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}

describe('reasonOf', () => {
  it('leaves out of an error about a file what its place says', () => {
    const directory = mkdtempSync(join(tmpdir(), 'lavaflow-reason-'));
    try {
      expect(reasonOf(failureOf(() => readFileSync(join(directory, "it's not, here"))))).toBe(
        'no such file or directory',
      );
      expect(reasonOf(failureOf(() => readFileSync(directory)))).toBe('illegal operation on a directory');
      expect(
        reasonOf(
          failureOf(() => {
            rmdirSync(join(directory, 'x'));
          }),
        ),
      ).toBe('no such file or directory');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('takes any other error by its words', () => {
    expect(reasonOf(new Error('EVIL: x, y'))).toBe('EVIL: x, y');
    expect(reasonOf('text')).toBe('text');
  });
});

describe('an ExternalError', () => {
  it('says what, where, why and what to do in sentences of one full stop', () => {
    const parts = { what: 'ask', where: 'here', retry: 'never' } as const;
    expect(new ExternalError({ ...parts, why: 'Invalid token.', hint: 'Set one.' }).message).toBe(
      'cannot ask (here): Invalid token. Set one.',
    );
    expect(new ExternalError({ ...parts, why: 'no' }).message).toBe('cannot ask (here): no');
  });
});
