/**
 * Compares our verdicts on device configurations and jobs with those of LAVA's own schemas. Run it with `npm run
 * differential:schemas -- [CASES [SEED]]`: CASES configurations per release, and a tenth as many jobs, both with and without `--strict`. It prints each
 * difference when it finds it, and fails if there are any. `test/support/schemas/genuine.ts` documents where it looks for
 * the releases.
 */
import { formatRelease } from '../../src/model/index.js';
import { changedConfiguration, seedsOf, stockConfigurations } from '../support/schemas/device-cases.js';
import { compareDevices, type SchemaComparison } from '../support/schemas/compare-devices.js';
import { compareJobs } from '../support/schemas/compare-jobs.js';
import { findGenuineSchemas, SchemaOracle, type GenuineSchemas } from '../support/schemas/genuine.js';
import { anyJob } from '../support/schemas/job-cases.js';
import { Random } from '../support/schemas/random.js';

const batchSize = 500;
const count = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);

const { found, missing } = findGenuineSchemas();
for (const reason of missing) console.log(`skipped: ${reason}`);
if (found.length === 0) throw new Error('there is no release to compare with');
for (const genuine of found) await compareRelease(genuine);

async function compareRelease(genuine: GenuineSchemas): Promise<void> {
  const { release } = genuine;
  const oracle = new SchemaOracle(genuine);
  const random = new Random(seed);
  const stock = stockConfigurations(genuine);
  const seeds = seedsOf(stock);
  const devices = await inBatches(count, 'configurations', release, (size, done) => {
    const left = stock.slice(done, done + size);
    const changed = Array.from({ length: size - left.length }, () => changedConfiguration(seeds, random));
    return compareDevices(oracle, release, [...left, ...changed]);
  });
  const jobCount = Math.ceil(count / 10);
  const jobs = (kind: string, isStrict: boolean) =>
    inBatches(jobCount, kind, release, (size) => {
      const texts = Array.from({ length: size }, () => anyJob(random));
      return compareJobs(oracle, release, texts, isStrict);
    });
  const differ = devices + (await jobs('jobs', false)) + (await jobs('jobs (strict)', true));
  await oracle.close();
  if (differ > 0) process.exitCode = 1;
}

/** @returns the number of disagreements */
async function inBatches(
  total: number,
  kind: string,
  release: number,
  compareBatch: (size: number, done: number) => Promise<SchemaComparison>,
): Promise<number> {
  const started = performance.now();
  const sum = { compared: 0, accepted: 0, limited: 0, differ: 0 };
  for (let done = 0; done < total; done += batchSize) {
    const result = await compareBatch(Math.min(batchSize, total - done), done);
    sum.compared += result.compared;
    sum.accepted += result.accepted;
    sum.limited += result.limited;
    sum.differ += result.disagreements.length;
    for (const { text, ours, theirs } of result.disagreements) {
      console.log(JSON.stringify({ release, ours, theirs, text: text.slice(0, 2_000) }));
    }
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `LAVA ${formatRelease(release)}: ${sum.compared} ${kind}, ${sum.differ} disagreements, rate ${sum.differ / sum.compared}, seed ${seed} ` +
      `(LAVA accepts ${sum.accepted}; ${sum.limited} exceed our limits on YAML; ${seconds} s)`,
  );
  return sum.differ;
}
