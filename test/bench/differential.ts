/**
 * Generated templates rendered by our Jinja2 and by CPython's, and how many differ. Run it with
 * `npm run differential -- [CASES [SEED]]`; it fails when any does.
 */
import { compareGenerated } from '../support/jinja-differential.js';
import { Oracle, whyNoOracle } from '../support/jinja-oracle.js';

const SHOWN = 20;

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const missing = whyNoOracle(false);
if (missing !== null) throw new Error(missing);

const oracle = new Oracle();
const started = performance.now();
const results = [
  await compareGenerated(oracle, 'expressions', Math.ceil(count / 2), seed),
  await compareGenerated(oracle, 'templates', Math.floor(count / 2), seed),
];
await oracle.close();
const total = (of: (result: (typeof results)[number]) => number) =>
  results.reduce((sum, result) => sum + of(result), 0);
const differ = results.flatMap((result) => result.disagreements);
for (const { example, ours, theirs } of differ.slice(0, SHOWN)) {
  console.log(JSON.stringify({ templates: example.templates, ours, theirs }));
}
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `${count} cases, ${differ.length} disagreements, rate ${(differ.length / count).toExponential(2)}, seed ${seed} ` +
    `(${total((result) => result.rendered)} render, ${total((result) => result.declined)} declined, ${seconds} s)`,
);
if (differ.length > 0) process.exitCode = 1;
