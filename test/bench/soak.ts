/**
 * Runs a lab under load and disturbs it: `npm run soak -- --minutes N --seed S`. Parts are killed, stopped, and starved of
 * disk and file descriptors; clock, database, records and the lab repo are disturbed. What is done is a function of the seed.
 * Exits with 1, and names the seed, if an invariant was violated (docs/testing.md).
 */
import { parseArgs } from 'node:util';
import { disturbanceKinds, type DisturbanceKind } from './soak/plan.js';
import { soak } from './soak/run.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    only: { type: 'string' },
    records: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const minutes = Number(values.minutes);
const kinds = (values.only?.split(',') ?? disturbanceKinds) as readonly DisturbanceKind[];
const unknown = kinds.filter((kind) => !disturbanceKinds.includes(kind));
const records = values.records ?? (seed % 2 === 0 ? 'git' : 'file');
if (!Number.isSafeInteger(seed) || !(minutes > 0)) throw new Error('--seed and --minutes must be numbers');
if (unknown.length > 0)
  throw new Error(`--only: ${unknown.join(', ')}: choose from ${disturbanceKinds.join(', ')}`);
if (records !== 'file' && records !== 'git') throw new Error('--records: file or git');

const replay = `npm run soak -- --minutes ${minutes} --seed ${seed} --records ${records}${values.only === undefined ? '' : ` --only ${values.only}`}`;
console.log(replay);
const interrupt = new AbortController();
process.once('SIGINT', () => {
  console.log('interrupted: the run ends after this step');
  interrupt.abort();
});
const violations = await soak(
  { minutes, seed, kinds, records, keep: values.keep, interrupted: interrupt.signal },
  (text) => {
    console.log(text);
  },
);
for (const violation of violations) console.log(`VIOLATION: ${violation}`);
console.log(
  violations.length === 0 ? 'no violations' : `${violations.length} violations; replay with: ${replay}`,
);
process.exit(violations.length === 0 ? 0 : 1);
