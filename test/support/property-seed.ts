import fc from 'fast-check';

/**
 * Vitest's setup file: what is generated is the same in each run, so that a change is judged by what it does.
 * `LAVAFLOW_SEED=random` looks for new cases, `LAVAFLOW_SEED=n` repeats what a failure printed.
 */
export const seed = readSeed(process.env['LAVAFLOW_SEED'] ?? '20261121');

function readSeed(wanted: string): number {
  if (wanted === 'random') return Date.now() % 2 ** 31;
  if (!/^-?\d{1,10}$/.test(wanted)) throw new Error(`LAVAFLOW_SEED is '${wanted}': an integer, or random`);
  return Number(wanted);
}

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
