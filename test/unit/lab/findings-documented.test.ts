import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingCodes } from '../../../src/lab/codes.js';

const root = join(import.meta.dirname, '../../..');

/** What reports findings about a lab. */
const sources = ['src/lab', 'src/app/codeowners']
  .flatMap((room) => readdirSync(join(root, room), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'codes.ts')
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');
const page = readFileSync(join(root, 'docs/findings.md'), 'utf8');
const documented = [...page.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map((match) => match[1] ?? '');

describe('docs/findings.md', () => {
  it('contains every code once, and no other', () => {
    expect([...documented].sort()).toEqual([...findingCodes].sort());
  });

  it('has a meaning and an action in every row', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('|'));
    const isComplete = (row: string) => /^(?:\| *\S(?:\\\||[^|])*){4}\|$/.test(row);
    expect(rows.filter((row) => !isComplete(row))).toEqual([]);
    expect(page).not.toMatch(/^(?:<{7}|={7}|>{7})/m);
  });

  it.each(findingCodes)('documents %s, which the source uses', (code) => {
    expect(sources).toContain(`'${code}'`);
  });
});
