import { Random } from '../support/schemas/random.js';
import { Coverage } from './coverage.js';
import { judge, type Failure } from './judge.js';
import { minimize } from './minimize.js';
import { bytesOf, mutate, pump, type Grammar } from './mutate.js';
import type { Opened, Target } from './target.js';

export interface Finding extends Failure {
  readonly input: Buffer;
}

export interface CampaignOptions {
  readonly seed: number;
  /** Ends the campaign. */
  readonly isOver: () => boolean;
  /** Called before each input is run. */
  readonly onInput: (input: Buffer) => void;
  readonly onFinding: (finding: Finding) => void;
  readonly onProgress: (state: Progress) => void;
}

export interface Progress {
  readonly runs: number;
  readonly corpus: number;
  /** Blocks of code that were reached. */
  readonly blocks: number;
}

const batchSize = 200;
const groupSize = 15;
/** A batch that costs more is ended. */
const batchMs = 1000;

/** Searches for inputs that break a target, guided by what they reach in its code. */
export async function runCampaign(target: Target, options: CampaignOptions): Promise<void> {
  const opened = await target.open();
  const coverage = new Coverage();
  try {
    coverage.start();
    await search(target, opened, coverage, options);
  } finally {
    coverage.stop();
    await opened.close?.();
  }
}

async function search(
  target: Target,
  opened: Opened,
  coverage: Coverage,
  options: CampaignOptions,
): Promise<void> {
  const random = new Random(options.seed);
  const grammar = grammarOf(target);
  const corpus = seedsOf(target);
  const known = new Set<string>();
  let runs = 0;
  let waiting = [...corpus];

  async function runOne(text: string): Promise<void> {
    runs += 1;
    const input = Buffer.from(text, 'latin1');
    options.onInput(input);
    const failure = await judge(target, opened, input, true);
    if (failure === null || known.has(failure.signature)) return;
    known.add(failure.signature);
    const isSame = async (smaller: Buffer): Promise<boolean> => {
      options.onInput(smaller);
      return (await judge(target, opened, smaller, false))?.signature === failure.signature;
    };
    options.onFinding({ ...failure, input: failure.kind === 'time' ? input : await minimize(input, isSame) });
  }

  /** Runs inputs again, and keeps those that reach what no input reached before. */
  async function keepNew(group: readonly string[]): Promise<void> {
    for (const text of group) await runOne(text);
    if (coverage.takeNew().length === 0) return;
    for (const text of group) {
      await runOne(text);
      const reached = coverage.takeNew();
      coverage.remember(reached);
      if (reached.length > 0 && !corpus.includes(text)) corpus.push(text);
    }
  }

  while (!options.isOver()) {
    const batch: string[] = [];
    const startMs = performance.now();
    while (batch.length < batchSize && performance.now() - startMs < batchMs && !options.isOver()) {
      const text = waiting.pop() ?? next(random, corpus, grammar);
      batch.push(text);
      await runOne(text);
    }
    const found = coverage.takeNew();
    if (found.length > 0) {
      for (let at = 0; at < batch.length; at += groupSize) await keepNew(batch.slice(at, at + groupSize));
      // What is not reached again, such as the filling of a cache, does not stay new forever.
      coverage.remember(found);
    }
    waiting = [];
    options.onProgress({ runs, corpus: corpus.length, blocks: coverage.size });
  }
}

function next(random: Random, corpus: readonly string[], grammar: Grammar): string {
  const text = pick(random, corpus);
  const changed = mutate(random, text, random.pick(corpus), grammar);
  return random.isOneIn(50) ? pump(random, changed, grammar) : changed;
}

/** Half of the time one of the newest: they reached what the others did not. */
function pick(random: Random, corpus: readonly string[]): string {
  return random.pick(random.isOneIn(2) ? corpus : corpus.slice(-20));
}

export function grammarOf({ tokens, mostBytes }: Target): Grammar {
  return { tokens: tokens.map(bytesOf), mostBytes };
}

/** One character per byte. */
export function seedsOf({ seeds }: Target): string[] {
  return seeds.map((seed) => Buffer.from(seed as string).toString('latin1'));
}

/**
 * The seeds of a target and a number of inputs made from them, always the same ones. Time does not count.
 * @returns what failed
 */
export async function runFixed(target: Target, inputs: number): Promise<Finding[]> {
  const random = new Random(1);
  const grammar = grammarOf(target);
  const seeds = seedsOf(target);
  const made = Array.from({ length: inputs }, () =>
    mutate(random, random.pick(seeds), random.pick(seeds), { ...grammar, mostBytes: 4096 }),
  );
  const opened = await target.open();
  try {
    const findings: Finding[] = [];
    for (const text of [...seeds, ...made]) {
      const input = Buffer.from(text, 'latin1');
      const failure = await judge(target, opened, input, false);
      if (failure !== null) findings.push({ ...failure, input });
    }
    return findings;
  } finally {
    await opened.close?.();
  }
}
