/**
 * `npm run fuzz`: searches for inputs that break the parsers which strangers, submitters, workers, contributors and masters
 * reach (docs/testing.md). Minutes are of processor time.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCpuClock } from '../support/clocks.js';
import { judge } from './judge.js';
import type { Target } from './target.js';
import { targets } from './targets/index.js';
import { runThread } from './thread.js';

const { values } = parseArgs({
  options: {
    parser: { type: 'string', multiple: true },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    findings: { type: 'string', default: 'fuzz-findings' },
    replay: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

const minutes = Number(values.minutes);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);

if (values.list) for (const { name, reach } of targets) console.log(`${name.padEnd(20)} ${reach}`);
else if (!(minutes > 0) || !Number.isInteger(seed)) fail('--minutes must be a number, and --seed an integer');
else if (values.replay !== undefined) await replay(values.replay);
else await fuzz();

function chosen(): readonly Target[] {
  const names = values.parser ?? [];
  const unknown = names.find((name) => !targets.some((target) => target.name === name));
  if (unknown !== undefined) {
    fail(`there is no parser ${unknown}: use ${targets.map(({ name }) => name).join(', ')}`);
    return [];
  }
  return names.length === 0 ? targets : targets.filter(({ name }) => names.includes(name));
}

async function fuzz(): Promise<void> {
  for (const target of chosen()) {
    const elapsedMs = startCpuClock();
    const leftMs = (): number => minutes * 60_000 - elapsedMs();
    let found = 0;
    let runs = 0;
    let corpus = 0;
    let blocks = 0;
    // An input that ends the thread does not end the search.
    for (let round = 0; leftMs() > 1000 && found < 10; round += 1) {
      const result = await runThread(
        target,
        { seed: seed + round, cpuMs: leftMs() },
        ({ details, input }) => {
          found += 1;
          const file = save(target, input);
          const why = details.split('\n').slice(0, 6).join('\n  ');
          console.log(
            `${target.name}: ${why}\n  replay: npm run fuzz -- --parser ${target.name} --replay ${file}`,
          );
        },
      );
      runs += result.runs;
      corpus = Math.max(corpus, result.corpus);
      blocks = Math.max(blocks, result.blocks);
    }
    const figures = `${runs} inputs, ${blocks} blocks, ${corpus} inputs kept, seed ${seed}`;
    console.log(`${target.name}: ${found === 0 ? 'no' : found} findings (${figures})`);
    if (found > 0) process.exitCode = 1;
  }
}

function save({ name }: Target, input: Uint8Array): string {
  mkdirSync(values.findings, { recursive: true });
  const file = join(
    values.findings,
    `${name}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`,
  );
  writeFileSync(file, input);
  return file;
}

async function replay(file: string): Promise<void> {
  const [target, ...more] = chosen();
  if (target === undefined || more.length > 0 || values.parser === undefined) {
    fail('--replay requires one --parser');
    return;
  }
  const opened = await target.open();
  const failure = await judge(target, opened, readFileSync(file), true);
  await opened.close?.();
  console.log(failure === null ? 'it does not fail' : failure.details);
  if (failure !== null) process.exitCode = 1;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}
