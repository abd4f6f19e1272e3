import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';

import { formatLogLine } from '../../../src/cli/print/log-line.js';

const line = (lvl: string, msg: unknown) =>
  stripVTControlCharacters(formatLogLine({ dt: '2026-01-01T10:11:12.345678', lvl, msg }));

describe('a line of a log', () => {
  it('has one line end, regardless of where the log was split while it was followed', () => {
    expect(line('input', 'boot\n')).toBe('10:11:12.345 input: boot');
    expect(line('target', '')).toBe('10:11:12.345 ');
  });

  it('makes control characters visible, and keeps line breaks in a message', () => {
    expect(line('target', 'a\u001b[2J')).toBe('10:11:12.345 a\\x1b[2J');
    expect(line('error', 'one\ntwo')).toBe('10:11:12.345 error: one\ntwo');
  });

  it('formats results as text', () => {
    expect(line('results', { definition: 'lava', case: 'job', result: 'pass' })).toBe(
      '10:11:12.345 lava/job: pass',
    );
  });
});
