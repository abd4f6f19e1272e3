import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogIntake, gatherRuns } from '../../../../src/master/workers/log-intake.js';
import type { Log } from '../../../../src/diagnostics/index.js';
import { MemoryHost } from '../../../support/master/worker-host.js';

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const noReply = { acknowledge: () => undefined, stray: () => undefined };

describe('gatherRuns', () => {
  it('joins consecutive lines only', () => {
    const messages = [
      { jobId: 1, line: 'a', index: 0 },
      { jobId: 2, line: 'x', index: null },
      { jobId: 1, line: 'b', index: 1 },
      { jobId: 1, line: 'd', index: 3 },
      { jobId: 2, line: 'y', index: null },
    ];
    expect(gatherRuns(messages)).toEqual([
      { jobId: 1, firstIndex: 0, lines: ['a', 'b'] },
      { jobId: 2, firstIndex: null, lines: ['x', 'y'] },
      { jobId: 1, firstIndex: 3, lines: ['d'] },
    ]);
  });

  it('does not lose lines and preserves their order within a job', () => {
    const message = fc.record({ jobId: fc.nat(2), line: fc.string(), index: fc.option(fc.nat(5)) });
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const runs = gatherRuns(messages);
        for (const jobId of [0, 1, 2]) {
          const numbered = runs
            .filter((run) => run.jobId === jobId)
            .flatMap(({ firstIndex, lines }) =>
              lines.map((line, at) => ({ jobId, line, index: firstIndex === null ? null : firstIndex + at })),
            );
          expect(numbered).toEqual(messages.filter((other) => other.jobId === jobId));
        }
      }),
    );
  });
});

describe('LogIntake', () => {
  it('stores lines that arrive at any time, in few appends', async () => {
    const host = new MemoryHost();
    host.schedule('w1', 1);
    host.writeMs = 2;
    let appends = 0;
    let acknowledged = 0;
    const take = host.appendLog.bind(host);
    host.appendLog = (...call) => {
      appends += 1;
      return take(...call);
    };
    const intake = new LogIntake(
      'w1',
      host,
      silent,
      {
        acknowledge: (_, lines) => {
          acknowledged = lines;
        },
        stray: () => undefined,
      },
      new AbortController().signal,
    );
    for (let index = 0; index < 5000; index += 1) {
      await intake.take({ jobId: 1, line: String(index), index });
      if (index % 700 === 0) await intake.whenSettled(1);
    }
    await intake.whenSettled(1);
    expect(host.job(1).log).toEqual(Array.from({ length: 5000 }, (_, index) => String(index)));
    expect(acknowledged).toBe(5000);
    expect(appends).toBeLessThan(30);
  });

  it('retries appends that the host could not store', async () => {
    const host = new MemoryHost();
    host.schedule('w1', 1);
    const take = host.appendLog.bind(host);
    let isFirst = true;
    host.appendLog = (...call) => {
      const fails = isFirst;
      isFirst = false;
      return fails ? Promise.reject(new Error('disk full')) : take(...call);
    };
    const intake = new LogIntake('w1', host, silent, noReply, new AbortController().signal);
    await intake.take({ jobId: 1, line: 'a', index: null });
    await intake.whenSettled(1, 10, 100);
    expect(host.job(1).log).toEqual(['a']);
  });

  it('remembers and reports a limited number of jobs, however many a worker names', async () => {
    const host = new MemoryHost();
    host.schedule('w1', 1);
    let warnings = 0;
    let strays = 0;
    const log: Log = { ...silent, warn: () => (warnings += 1) };
    const reply = { ...noReply, stray: () => (strays += 1) };
    const intake = new LogIntake('w1', host, log, reply, new AbortController().signal);
    for (let jobId = 2; jobId < 30_000; jobId += 1) {
      await intake.take({ jobId, line: 'x', index: jobId % 2 === 0 ? null : 0 });
    }
    await intake.take({ jobId: 1, line: 'mine', index: 0 });
    await intake.whenSettled(1);
    expect(host.job(1).log).toEqual(['mine']);
    expect([warnings, strays]).toEqual([20, 20]);
    expect(intake.rememberedJobs).toBeLessThanOrEqual(1000);
  });

  it.each([
    ['number', 'x', 2000],
    ['size', 'x'.repeat(1_000_000), 5],
  ])('makes the worker wait once the %s of the lines that are not stored is too large', async (_, line, most) => {
    const host = new MemoryHost();
    host.schedule('w1', 1);
    const take = host.appendLog.bind(host);
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    host.appendLog = async (...call) => {
      await opened;
      return await take(...call);
    };
    const intake = new LogIntake('w1', host, silent, noReply, new AbortController().signal);
    let taken = 0;
    const sent = (async () => {
      for (let index = 0; index < 3 * most; index += 1) {
        await intake.take({ jobId: 1, line, index });
        taken += 1;
        // As between two messages of a connection.
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let turn = 0; turn < 8 * most; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBeGreaterThanOrEqual(most - 1);
    expect(taken).toBeLessThanOrEqual(most + 2);
    open();
    await sent;
    await intake.whenSettled(1);
    expect(host.job(1).log).toHaveLength(3 * most);
  });
});
