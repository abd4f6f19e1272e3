/**
 * Writes the published JSON Schemas, schemas/<name>.schema.json, from src/lab/schema and src/review (as built into dist).
 * usage: node scripts/write-schemas.js           write them
 *        node scripts/write-schemas.js --check   exit with 1 if a published schema is outdated or has no source
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemas } from '../dist/lab/index.js';
import { reviewSchema } from '../dist/review/index.js';

const directory = join(import.meta.dirname, '../schemas');
const isCheck = process.argv.includes('--check');
const wanted = new Map(
  Object.entries({ ...schemas, review: reviewSchema }).map(([name, schema]) => [
    `${name}.schema.json`,
    `${JSON.stringify(schema, null, 2)}\n`,
  ]),
);

mkdirSync(directory, { recursive: true });
const present = readdirSync(directory);
const stale = [...wanted].filter(
  ([file, text]) => !present.includes(file) || readFileSync(join(directory, file), 'utf8') !== text,
);
const surplus = present.filter((file) => file.endsWith('.json') && !wanted.has(file));

if (!isCheck) {
  for (const [file, text] of stale) writeFileSync(join(directory, file), text);
  console.log(`${wanted.size} schemas in schemas/, ${stale.length} written`);
}
const wrong = [...(isCheck ? stale.map(([file]) => file) : []), ...surplus];
if (wrong.length > 0) {
  console.error(`outdated: ${wrong.map((file) => `schemas/${file}`).join(', ')}`);
  console.error(
    'Run `npm run build && node scripts/write-schemas.js`, and delete files that no longer have a schema.',
  );
  process.exitCode = 1;
}
