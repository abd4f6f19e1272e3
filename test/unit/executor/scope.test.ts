import { describe, expect, it } from 'vitest';
import { JobFailure } from '../../../src/executor/failure.js';
import { Scope } from '../../../src/executor/pipeline/scope.js';

const limit = (name: string, durationMs: number) => ({ name, durationMs, errorType: 'Job' }) as const;

describe('the time of an action', () => {
  it('blames the innermost action, even if an outer one times out first', async () => {
    const run = Scope.run(limit('job', 30), undefined, (job) =>
      job.within({ name: 'inner', durationMs: 5000, errorType: 'Infrastructure' }, (scope) =>
        scope.sleep(10_000),
      ),
    );
    await expect(run).rejects.toMatchObject({
      errorType: 'Infrastructure',
      message: 'inner timed out after 0 seconds',
    });
  });

  it('continues with the outer clock after the inner action has ended', async () => {
    const run = Scope.run(limit('job', 50), undefined, async (job) => {
      await job.within(limit('inner', 5000), () => Promise.resolve());
      await job.sleep(10_000);
    });
    await expect(run).rejects.toThrow('job timed out');
  });

  it('ends every wait when the job is canceled', async () => {
    const cancel = new AbortController();
    const run = Scope.run(limit('job', 5000), cancel.signal, (job) =>
      job.within(limit('inner', 5000), (scope) => scope.sleep(10_000)),
    );
    cancel.abort(new JobFailure('Canceled', 'stop'));
    await expect(run).rejects.toMatchObject({ errorType: 'Canceled' });
  });

  it('fails work that succeeds too late', async () => {
    const run = Scope.run(limit('job', 10), undefined, async () => {
      await new Promise((resolve) => setTimeout(resolve, 40));
    });
    await expect(run).rejects.toThrow('job timed out');
  });
});
