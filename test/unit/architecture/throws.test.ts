/** Errors are documented in one way: each `@throws` on a line of its own, for one kind of error. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const src = join(import.meta.dirname, '../../../src');
const oneKind = /^\s*(?:\/\*\*|\*) @throws (?:[A-Z]\w+|what |the )/;
const anotherKind = /[,;] (?:and )?[A-Z]\w*Error\b/;

it('each @throws starts its line and names one kind of error', () => {
  const wrong: string[] = [];
  for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    for (const [index, line] of readFileSync(join(src, name), 'utf8').split('\n').entries()) {
      if (!line.includes('@throws')) continue;
      if (!oneKind.test(line) || anotherKind.test(line)) wrong.push(`${name}:${index + 1}: ${line.trim()}`);
    }
  }
  expect(wrong).toEqual([]);
});
