/**
 * Renders generated templates with our Jinja2 and CPython's, and counts the differences. Run it with `npm run
 * differential -- [CASES [SEED]]`: it prints each difference when it finds it, and fails if there are any.
 */
import { availableParallelism } from 'node:os';
import { compareGenerated, type Disagreement } from '../support/jinja-differential.js';
import { Oracle, whyNoOracle } from '../support/jinja-oracle.js';

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const missing = whyNoOracle(false);
if (missing !== null) throw new Error(missing);

const oracles = Array.from({ length: Math.max(1, Math.min(4, availableParallelism())) }, () => new Oracle());
const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
const listener = (kind: string) => ({
  disagrees: ({ example, ours, theirs }: Disagreement) => {
    console.log(JSON.stringify({ templates: example.templates, ours, theirs }));
  },
  progress: (done: number) => {
    if (done % 5_000 === 0) process.stderr.write(`${done} ${kind} after ${seconds()} s\n`);
  },
});
const expressions = Math.ceil(count / 2);
const results = [
  await compareGenerated(oracles, 'expressions', expressions, seed, listener('expressions')),
  await compareGenerated(oracles, 'templates', count - expressions, seed, listener('templates')),
];
await Promise.all(oracles.map((oracle) => oracle.close()));

const total = (of: (result: (typeof results)[number]) => number) =>
  results.reduce((sum, result) => sum + of(result), 0);
const differ = total((result) => result.disagreements.length);
console.log(
  `${count} cases, ${differ} disagreements, rate ${differ / count}, seed ${seed} ` +
    `(CPython renders ${total((result) => result.rendered)} of them and rejects the others, ` +
    `${total((result) => result.declined)} are excluded on purpose, ${seconds()} s)`,
);
if (differ > 0) process.exitCode = 1;
