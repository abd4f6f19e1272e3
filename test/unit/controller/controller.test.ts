import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Controller, MasterRequest, MasterState } from '../../../src/controller/index.js';
import { UsageError } from '../../../src/diagnostics/index.js';
import { memorySource } from '../../support/lab/memory-source.js';
import { done, failure, finding, gate, labOf, silentLog, start, stopAll, targetNamed } from './support.js';
import { slowness } from '../../support/clocks.js';
import { eventually } from '../../support/until.js';

afterEach(async () => {
  await stopAll();
  vi.clearAllMocks();
});

function untilState(controller: Controller, master: string, state: MasterState): Promise<void> {
  return eventually(() => {
    expect(controller.status().masters[master]?.state).toBe(state);
  });
}

function until(check: () => void): Promise<void> {
  return eventually(check);
}

describe('triggers', () => {
  test('the head is reconciled at the start, and each commit after it', async () => {
    const source = memorySource('one');
    const reconcile = vi.fn(() => Promise.resolve(done));
    const controller = await start({ source, reconcile });
    await untilState(controller, 'a', 'idle');
    source.commit('two');
    await until(() => {
      expect(controller.status().masters.a?.lastApplied?.revision).toBe('two');
    });
    const revisions = (reconcile.mock.calls as unknown as [MasterRequest][]).map(
      ([{ revision }]) => revision,
    );
    expect(revisions).toEqual(['one', 'two']);
    expect(controller.status()).toMatchObject({
      repository: 'https://example.com/lab.git',
      state: 'ok',
      revision: 'two',
      masters: { a: { state: 'idle', url: 'https://a', counts: done.counts, error: null } },
    });
  });

  test('of commits during a run only the newest is reconciled', async () => {
    const source = memorySource('one');
    const held = gate();
    const revisions: string[] = [];
    const controller = await start({
      source,
      async reconcile({ revision }) {
        revisions.push(revision);
        if (revision === 'one') await held.opened;
        return done;
      },
    });
    await untilState(controller, 'a', 'reconciling');
    source.commit('two');
    await until(() => {
      expect(controller.status().revision).toBe('two');
    });
    source.commit('three');
    await until(() => {
      expect(controller.status().revision).toBe('three');
    });
    held.open();
    await until(() => {
      expect(revisions).toEqual(['one', 'three']);
    });
  });

  test('a change of the local layer, a request for all, a request for one master', async () => {
    const source = memorySource('one');
    let changeLayer: () => void = () => undefined;
    let layer = '';
    const seen: string[] = [];
    const controller = await start({
      source,
      read: ({ revision }) =>
        Promise.resolve({ revision: `${revision}${layer}`, lab: labOf('a', 'b'), findings: [] }),
      onLayerChange(listener) {
        changeLayer = listener;
        return () => {
          changeLayer = () => undefined;
        };
      },
      reconcile({ desired, revision }) {
        seen.push(`${desired.master.name} ${revision}`);
        return Promise.resolve(done);
      },
    });
    await until(() => {
      expect(seen).toEqual(['a one', 'b one']);
    });
    layer = '+local';
    changeLayer();
    await until(() => {
      expect(seen.slice(2)).toEqual(['a one+local', 'b one+local']);
    });
    controller.reconcile('b');
    await until(() => {
      expect(seen.slice(4)).toEqual(['b one+local']);
    });
    controller.reconcile();
    await until(() => {
      expect(seen.slice(5)).toEqual(['a one+local', 'b one+local']);
    });
  });

  test('the schedule compares again even without events', async () => {
    const reconcile = vi.fn(() => Promise.resolve(done));
    await start({ source: memorySource('one'), reconcile, schedule: '* * * * * *' });
    await eventually(() => {
      expect(reconcile.mock.calls.length).toBeGreaterThanOrEqual(2);
    });
  });

  test.each(['', 'often', '61 * * * *', '* * * *'])('rejects the schedule %j', async (schedule) => {
    const source = memorySource('one');
    await expect(start({ source, schedule })).rejects.toBeInstanceOf(UsageError);
    expect(source.watchers()).toBe(0);
  });
});

describe('masters', () => {
  test('one that is down backs off and recovers; the other is not delayed', async () => {
    const source = memorySource('one');
    let isDown = true;
    let tries = 0;
    const controller = await start({
      source,
      read: ({ revision }) => Promise.resolve({ revision, lab: labOf('a', 'b'), findings: [] }),
      reconcile({ desired }) {
        if (desired.master.name === 'b') return Promise.resolve(done);
        tries += 1;
        return isDown ? Promise.reject(failure('soon')) : Promise.resolve(done);
      },
    });
    await untilState(controller, 'b', 'idle');
    await until(() => {
      expect(tries).toBeGreaterThanOrEqual(3);
    });
    await untilState(controller, 'a', 'waiting');
    expect(controller.status().masters.a).toMatchObject({ error: { retry: 'soon' }, lastApplied: null });
    expect(controller.status().masters.a?.nextTryAt).not.toBeNull();
    isDown = false;
    await untilState(controller, 'a', 'idle');
    expect(controller.status().masters.a).toMatchObject({ error: null, nextTryAt: null });
  });

  test('a commit ends the wait at once', async () => {
    const source = memorySource('one');
    const controller = await start({
      source,
      backOff: { firstMs: 60_000, maxMs: 60_000 },
      reconcile: ({ revision }) =>
        revision === 'one' ? Promise.reject(failure('soon')) : Promise.resolve(done),
    });
    await untilState(controller, 'a', 'waiting');
    source.commit('two');
    await untilState(controller, 'a', 'idle');
  });

  test('what a person must fix is not repeated until something changes', async () => {
    const source = memorySource('one');
    const reconcile = vi.fn(() => Promise.reject(failure('after-change')));
    const controller = await start({ source, reconcile });
    await untilState(controller, 'a', 'failed');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(reconcile).toHaveBeenCalledTimes(1);
    controller.reconcile('a');
    await until(() => {
      expect(reconcile).toHaveBeenCalledTimes(2);
    });
  });

  test('what a master rejects permanently is not sent again by the schedule', async () => {
    const source = memorySource('one');
    const reads = vi.fn(({ revision }: { revision: string }) =>
      Promise.resolve({ revision, lab: labOf('a'), findings: [] }),
    );
    const reconcile = vi.fn(() => Promise.reject(failure('never')));
    const controller = await start({ source, reconcile, read: reads, schedule: '* * * * * *' });
    await eventually(() => {
      expect(reads.mock.calls.length).toBeGreaterThanOrEqual(2);
    });
    expect(reconcile).toHaveBeenCalledTimes(1);
    expect(controller.status().masters.a).toMatchObject({ state: 'failed', error: { retry: 'never' } });
  });

  test('one without an address or token is off, which is not an error', async () => {
    const source = memorySource('one');
    let target: ReturnType<typeof targetNamed> | null = null;
    const controller = await start({ source, connect: () => Promise.resolve(target) });
    await untilState(controller, 'a', 'off');
    target = targetNamed('a');
    controller.reconcile('a');
    await untilState(controller, 'a', 'idle');
  });

  test('a plan that is refused is shown with its reasons, and tried again with the next commit', async () => {
    const source = memorySource('one');
    const refused = { ...done, outcome: 'refused' as const, problems: ['5 of 6 devices would be retired'] };
    const controller = await start({
      source,
      reconcile: ({ revision }) => Promise.resolve(revision === 'one' ? refused : done),
    });
    await untilState(controller, 'a', 'refused');
    expect(controller.status().masters.a?.problems).toEqual(refused.problems);
    source.commit('two');
    await untilState(controller, 'a', 'idle');
    expect(controller.status().masters.a?.problems).toEqual([]);
  });

  test('a bug stops its task and nothing else, and its text stays in the log', async () => {
    const source = memorySource('one');
    const controller = await start({
      source,
      read: ({ revision }) => Promise.resolve({ revision, lab: labOf('a', 'b'), findings: [] }),
      reconcile({ desired, revision }) {
        if (desired.master.name === 'a' && revision === 'one') throw new TypeError('x of undefined');
        return Promise.resolve(done);
      },
    });
    await untilState(controller, 'a', 'failed');
    await untilState(controller, 'b', 'idle');
    expect(controller.status().masters.a?.error).toMatchObject({ retry: 'bug' });
    expect(JSON.stringify(controller.status())).not.toContain('undefined');
    expect(silentLog.error).toHaveBeenCalledWith(expect.objectContaining({ master: 'a' }), 'internal error');
    source.commit('two');
    await untilState(controller, 'a', 'idle');
  });

  test('one that is removed from the lab is removed from the status, and no longer reconciled', async () => {
    const source = memorySource('one');
    const seen: string[] = [];
    const controller = await start({
      source,
      read: ({ revision }) =>
        Promise.resolve({ revision, lab: revision === 'one' ? labOf('a', 'b') : labOf('b'), findings: [] }),
      reconcile({ desired, revision }) {
        seen.push(`${desired.master.name} ${revision}`);
        return Promise.resolve(done);
      },
    });
    await untilState(controller, 'a', 'idle');
    source.commit('two');
    await until(() => {
      expect(seen).toContain('b two');
    });
    expect(Object.keys(controller.status().masters)).toEqual(['b']);
    expect(seen).not.toContain('a two');
  });
});

describe('the lab', () => {
  test('findings are shown; what does not depend on them is reconciled', async () => {
    const source = memorySource('one');
    const controller = await start({
      source,
      read: ({ revision }) => Promise.resolve({ revision, lab: labOf('a'), findings: [finding] }),
    });
    await untilState(controller, 'a', 'idle');
    expect(controller.status()).toMatchObject({ state: 'invalid', findings: [finding] });
  });

  test('one that cannot be used changes nothing on any master', async () => {
    const source = memorySource('one');
    const reconcile = vi.fn(() => Promise.resolve(done));
    const controller = await start({
      source,
      reconcile,
      read: ({ revision }) =>
        Promise.resolve({ revision, lab: revision === 'one' ? labOf('a') : null, findings: [finding] }),
    });
    await untilState(controller, 'a', 'idle');
    source.commit('two');
    await until(() => {
      expect(controller.status().state).toBe('unusable');
    });
    expect(reconcile).toHaveBeenCalledTimes(1);
    expect(controller.status().masters.a?.lastApplied?.revision).toBe('one');
  });

  test('one that cannot be read is an error, is read again, and changes nothing meanwhile', async () => {
    const source = memorySource('one');
    const reconcile = vi.fn(() => Promise.resolve(done));
    const controller = await start({ source, reconcile });
    await untilState(controller, 'a', 'idle');
    source.breakWith(failure('soon'));
    source.reportError(failure('soon'));
    await until(() => {
      expect(controller.status()).toMatchObject({ state: 'unreadable', error: { retry: 'soon' } });
    });
    expect(reconcile).toHaveBeenCalledTimes(1);
    source.breakWith(null);
    await until(() => {
      expect(controller.status().state).toBe('ok');
    });
  });
});

describe('stop', () => {
  test('waits for the current run, which is told to end, and starts nothing new', async () => {
    const source = memorySource('one');
    const order: string[] = [];
    const controller = await start({
      source,
      async reconcile({ signal, revision }) {
        order.push(`begins ${revision}`);
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            resolve();
          });
        });
        order.push('finishes the object');
        return done;
      },
    });
    await untilState(controller, 'a', 'reconciling');
    source.commit('two');
    await controller.stop();
    order.push('stopped');
    source.commit('three');
    expect(order).toEqual(['begins one', 'finishes the object', 'stopped']);
    expect(source.watchers()).toBe(0);
  });

  test('during a wait is immediate, and a second call has no effect', async () => {
    const source = memorySource('one');
    const controller = await start({
      source,
      backOff: { firstMs: 60_000, maxMs: 60_000 },
      reconcile: () => Promise.reject(failure('soon')),
    });
    await untilState(controller, 'a', 'waiting');
    const before = performance.now();
    await Promise.all([controller.stop(), controller.stop()]);
    expect(performance.now() - before).toBeLessThan(1000 * slowness());
  });

  test('waits only for a limited time for a run that does not end', async () => {
    const source = memorySource('one');
    const controller = await start({
      source,
      stopWithinMs: 100,
      reconcile: () => new Promise(() => undefined),
    });
    await untilState(controller, 'a', 'reconciling');
    const before = performance.now();
    await controller.stop();
    expect(performance.now() - before).toBeLessThan(1000 * slowness());
    expect(silentLog.error).toHaveBeenCalledWith({ withinMs: 100 }, 'controller stopped during a run');
  });
});
