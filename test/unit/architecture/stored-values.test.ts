import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What the master reads as JSON: the columns of its store, and what arrives from workers and other processes. */
const readers = [
  'src/master/events/payload.ts',
  'src/master/jobs/log-line.ts',
  'src/master/revisions/packed-revision.ts',
  'src/master/store/database/columns.ts',
];

test('the master parses JSON in one place for each source', () => {
  const root = join(import.meta.dirname, '../../..');
  const files = readdirSync(join(root, 'src/master'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src/master', file));
  const parsing = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('JSON.parse'));
  expect(parsing.sort()).toEqual(readers);
});
