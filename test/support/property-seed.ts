import fc from 'fast-check';

/**
 * Vitest's setup file: generated cases are the same in each run, so that a failure is caused by the change under
 * test. `LAVAFLOW_SEED=random` searches for new cases; `LAVAFLOW_SEED=n` repeats those of a printed failure.
 */
export const seed = readSeed(process.env['LAVAFLOW_SEED'] ?? '20261121');

function readSeed(wanted: string): number {
  if (wanted === 'random') return Date.now() % 2 ** 31;
  if (!/^-?\d{1,10}$/.test(wanted))
    throw new Error(`LAVAFLOW_SEED must be an integer or 'random', not '${wanted}'`);
  return Number(wanted);
}

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
