/** Runs of the report about drift: one at a time, once more if it was woken meanwhile, none after the end. */
import { expect, it } from 'vitest';

import { IssueKeeper } from '../../../src/app/controller/issue-keeper.js';
import type { Log } from '../../../src/diagnostics/index.js';

class Runs {
  readonly errors: unknown[] = [];
  readonly keeper: IssueKeeper;
  count = 0;
  #end: (error?: Error) => void = () => undefined;

  constructor(everyMs?: number) {
    const ignore = (): void => undefined;
    const error = (about: object): void => void this.errors.push(about);
    const log = { debug: ignore, info: ignore, warn: ignore, error } as unknown as Log;
    this.keeper = new IssueKeeper({
      run: (signal) => this.#run(signal),
      log,
      ...(everyMs === undefined ? {} : { everyMs }),
    });
  }

  #run(signal: AbortSignal): Promise<void> {
    this.count += 1;
    return new Promise((resolve, reject) => {
      this.#end = (error) => {
        if (error === undefined) resolve();
        else reject(error);
      };
      signal.addEventListener('abort', () => {
        reject(new Error('called off'));
      });
    });
  }

  async end(error?: Error): Promise<void> {
    this.#end(error);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it('runs once more if it was woken meanwhile, however often', async () => {
  const runs = new Runs();
  for (let times = 0; times < 3; times++) runs.keeper.wake();
  expect(runs.count).toBe(1);
  await runs.end();
  expect(runs.count).toBe(2);
  await runs.end();
  expect(runs.count).toBe(2);
  runs.keeper.wake();
  expect(runs.count).toBe(3);
  await runs.keeper.stop();
});

it('reports a run that fails, and runs again after a while', async () => {
  const runs = new Runs(1);
  runs.keeper.wake();
  await runs.end(new Error('GitHub is down'));
  expect(runs.errors).toEqual([{ why: 'GitHub is down' }]);
  await expect.poll(() => runs.count).toBe(2);
  await runs.keeper.stop();
});

it('calls off what runs when it stops, and runs nothing more', async () => {
  const runs = new Runs();
  runs.keeper.wake();
  await runs.keeper.stop();
  runs.keeper.wake();
  expect([runs.count, runs.errors]).toEqual([1, []]);
});
