import { describe, expect, it } from 'vitest';

import { ExternalError } from '../../../src/diagnostics/index.js';
import { keyOf, type ConfigurationObject, type ObjectKey } from '../../../src/model/index.js';
import { isEmpty, noConsents } from '../../../src/plan/index.js';
import {
  detectDrift,
  verdictOfApply,
  planMaster,
  reconcile,
  type Progress,
  type ReconcileRequest,
} from '../../../src/reconcile/index.js';
import { desiredMaster, device, policy, smallLab, template, worker } from '../../support/lab/desired.js';
import { Killed, killedAt } from '../../support/targets/killed-at.js';
import {
  memoryRecords,
  modelMaster,
  Refused,
  rowsOf,
  setField,
  type MemoryRecords,
  type ModelMaster,
} from '../../support/targets/model-master.js';

function request(
  target: ModelMaster,
  records: MemoryRecords,
  lab: readonly ConfigurationObject[],
  more: Partial<ReconcileRequest> = {},
): ReconcileRequest {
  return {
    target,
    records,
    desired: desiredMaster(lab),
    policy,
    mode: 'enforce',
    revision: { repository: '/lab', revision: 'r1' },
    consents: noConsents,
    ...more,
  };
}

describe('reconcile', () => {
  it('makes the master match the lab, records it, and has nothing left to do', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(3)];
    const steps: string[] = [];
    const onProgress = ({ step }: Progress) => steps.push(step);
    const result = await reconcile(request(target, records, lab, { onProgress }));
    expect(result.outcomes.map(({ status }) => status)).toEqual(Array(7).fill('done'));
    expect(verdictOfApply(result, false).code).toBe(0);
    expect(steps).toEqual(['planned', 'applying', ...Array<string>(7).fill('outcome'), 'recorded']);
    expect([...(records.record?.objects.keys() ?? [])].sort()).toEqual(lab.map(keyOf).sort());
    expect(records.intent).toBeNull();

    const written = target.writes;
    const again = await reconcile(request(target, records, lab));
    expect(isEmpty(again.plan)).toBe(true);
    expect(again.plan.changes).toEqual([]);
    expect(target.writes).toBe(written);
    expect(again.record).toBe(records.record);
  });

  it('writes no record when nothing changed, and a new one for a new revision', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab()];
    await reconcile(request(target, records, lab));
    let writes = 0;
    records.onWrite = () => writes++;
    await reconcile(request(target, records, lab));
    expect(writes).toBe(0);
    await reconcile(request(target, records, lab, { revision: { repository: '/lab', revision: 'r2' } }));
    expect(writes).toBe(1);
    expect(records.record?.revision).toBe('r2');
  });

  it('does not acquire the lock if it is required only for writes and there is nothing to write', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(3)];
    const quiet = (more: Partial<ReconcileRequest> = {}) =>
      reconcile(request(target, records, lab, { locksOnlyToWrite: true, ...more }));
    expect((await quiet()).outcomes).toHaveLength(7);
    expect(records.locks).toBe(1);
    const steps: string[] = [];
    const again = await quiet({ onProgress: ({ step }) => steps.push(step) });
    expect([again.outcomes, again.refused, again.record, steps, records.locks]).toEqual([
      [],
      undefined,
      records.record,
      ['planned'],
      1,
    ]);

    // Drift that is only reported, and what is refused, are not written either.
    setField(target, 'worker/w1', 'env', 'meddled\n');
    expect((await quiet({ mode: 'observe' })).plan.changes).toMatchObject([{ verb: 'report' }]);
    const refused = await quiet({ policy: { ...policy, maxUpdateShare: 0, maxRemoveShare: 0 } });
    expect(refused.refused?.kind).toBe('unsafe');
    expect(records.locks).toBe(1);

    expect((await quiet()).outcomes).toMatchObject([{ key: 'worker/w1', status: 'done' }]);
    expect(records.locks).toBe(2);
    expect((await quiet({ revision: { repository: '/lab', revision: 'r2' } })).record?.revision).toBe('r2');
    expect(records.locks).toBe(3);
  });

  it('acquires the lock if another process is, or was just, at work', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(2)];
    const quiet = { locksOnlyToWrite: true, mode: 'observe' } as const;
    await reconcile(request(target, records, lab));
    const { record } = records;
    // Another process wrote a worker and its record while we were looking.
    const changed = lab.map((object) => (object.kind === 'worker' ? worker('w1', { env: 'new\n' }) : object));
    await reconcile(request(target, records, changed));
    let reads = 0;
    const read = () => Promise.resolve((reads += 1) === 1 ? record : records.record);
    const locked = { ...records, read, locks: 0 };
    locked.withLock = async (_master, _waitMs, task) => {
      locked.locks += 1;
      return await task(new AbortController().signal, () => undefined);
    };
    await reconcile(request(target, locked, lab, quiet));
    expect(locked.locks).toBe(1);
  });

  it.each([
    ['a list', { kind: 'worker', reason: 'no' }],
    ['a template', { kind: 'template', name: 'extra', field: 'text', reason: 'no' }],
  ] as const)(
    'keeps in mind what a killed apply may have made, while %s cannot be read',
    async (_, unreadable) => {
      const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(1)];
      await reconcile(request(target, records, lab));
      const more = [...lab, worker('w2', { description: 'second' }), template('extra', 'new\n')];
      // Both exist, and only the intent shows whose they are.
      records.onWrite = () => {
        if (target.rows.has('worker/w2') && target.rows.has('template/extra')) throw new Error('killed');
      };
      await expect(reconcile(request(target, records, more))).rejects.toThrow('killed');
      records.onWrite = () => undefined;

      target.view = { unreadable: [unreadable] };
      const hidden = unreadable.kind === 'worker' ? ['worker/w1', 'worker/w2'] : ['template/extra'];
      for (const key of hidden) target.hidden.add(key as ObjectKey);
      await reconcile(request(target, records, more));
      await reconcile(request(target, records, more));
      target.view = {};
      target.hidden.clear();
      const { plan } = await reconcile(request(target, records, more));
      expect(plan.changes).toEqual([]);
      expect([...(records.record?.objects.keys() ?? [])].sort()).toEqual(more.map(keyOf).sort());
      expect(records.intent).toBeNull();
    },
  );

  it('never mistakes objects that the master left out for deleted ones', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(3)];
    await reconcile(request(target, records, lab));
    const { record } = records;
    const { writes } = target;
    target.hidden.add('device/board-2').add('device/board-3');
    // Of these two, one left the lab: it must not be forgotten either.
    const fewer = request(target, records, smallLab(2));
    for (const task of [() => reconcile(fewer), () => planMaster(fewer), () => detectDrift(fewer)]) {
      await expect(task()).rejects.toMatchObject({
        retry: 'soon',
        why: 'it has device/board-2, device/board-3, which it did not show at first',
      });
    }
    expect([target.writes, records.record]).toEqual([writes, record]);

    // What is really deleted is created again.
    target.hidden.clear();
    target.rows.delete('device/board-2');
    expect((await reconcile(request(target, records, lab))).outcomes).toMatchObject([
      { verb: 'create', key: 'device/board-2', status: 'done' },
    ]);
  });

  it('gives two applies of the same repair different fingerprints', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab()];
    await reconcile(request(target, records, lab));
    const seen = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      setField(target, 'worker/w1', 'description', 'meddled');
      const { plan } = await reconcile(request(target, records, lab));
      expect(plan.changes).toMatchObject([{ verb: 'update', cause: 'drift' }]);
      seen.add(plan.fingerprint);
    }
    expect(seen.size).toBe(3);
  });

  it('refuses a plan that changed, reports what changed, and writes nothing', async () => {
    const [target, records, lab] = [modelMaster(smallLab(1)), memoryRecords(), smallLab(2)];
    const expected = await planMaster(request(target, records, lab));
    setField(target, 'worker/w1', 'env', 'meddled\n');
    const result = await reconcile(request(target, records, lab, { expected }));
    expect(result.refused).toEqual({
      kind: 'moved',
      moved: [{ what: 'worker/w1', how: 'it changed on the master' }],
    });
    expect(verdictOfApply(result, false).code).toBe(4);
    expect([target.writes, records.record, records.intent]).toEqual([0, null, null]);
  });

  it.each<[string, Partial<ReconcileRequest>, Partial<ModelMaster['view']>, string, RegExp]>([
    [
      'the lab',
      { desired: desiredMaster([...smallLab(1), device('board-2', { tags: ['b'] })]) },
      {},
      'device/board-2',
      /^it changed in the lab$/,
    ],
    [
      'what of the lab has findings',
      { desired: desiredMaster(smallLab(2), [['device/board-2', ['yaml-syntax']]]) },
      {},
      'device/board-2',
      /^it changed in the lab/,
    ],
    ['its release', {}, { release: '2026.07' }, 'target', /LAVA 2023\.01|lava 2023\.01.*lava 2026\.07/],
    ['its software', {}, { software: 'lavaflow' }, 'target', /lavaflow 2023\.01/],
    ['the mode', { mode: 'observe' }, {}, 'settings', /mode observe/],
    ['what is pruned', { policy: { ...policy, prune: 'report' } }, {}, 'settings', /prune report/],
    ['what is adopted', { consents: { ...noConsents, adopt: 'all' } }, {}, 'settings', /adopt all/],
  ])('refuses a plan when %s moved', async (_what, more, view, what, how) => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(2)];
    const expected = await planMaster(request(target, records, lab));
    Object.assign(target.view, view);
    const { refused } = await reconcile(request(target, records, lab, { expected, ...more }));
    if (refused?.kind !== 'moved') throw new Error('it was not refused');
    expect(refused.moved).toContainEqual({ what, how: expect.stringMatching(how) as string });
    expect([target.writes, records.record]).toEqual([0, null]);
  });

  it('refuses a plan for another master, and one after another apply', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(2)];
    const expected = await planMaster(request(target, records, lab));
    const elsewhere = { ...modelMaster(), url: 'https://other.example.com' };
    const moved = async (to: ModelMaster) => {
      const { refused } = await reconcile(request(to, records, lab, { expected }));
      return refused?.kind === 'moved' ? refused.moved : [];
    };
    expect((await moved(elsewhere))[0]?.how).toMatch(/lava\.example\.com.*other\.example\.com/);
    await reconcile(request(target, records, smallLab(1)));
    expect(await moved(target)).toContainEqual({
      what: 'record',
      how: 'another apply has been recorded since',
    });
  });

  it('deletes by a reviewed plan only what is allowed for this run', async () => {
    const [target, records] = [modelMaster(), memoryRecords()];
    await reconcile(request(target, records, smallLab(2)));
    const consents = { ...noConsents, allowDelete: new Set<ObjectKey>(['device/board-2']) };
    const fewer = request(target, records, smallLab(1), { consents });
    const expected = await planMaster(fewer);
    for (const allowDelete of ['none', 'all'] as const) {
      const { refused } = await reconcile({ ...fewer, expected, allowDelete });
      expect(refused).toMatchObject({ kind: 'unsafe', refusals: [{ limit: 'deletion' }] });
      expect(target.rows.has('device/board-2')).toBe(true);
    }
    const { refused } = await reconcile({ ...fewer, expected, allowDelete: consents.allowDelete });
    expect([refused, target.rows.has('device/board-2')]).toEqual([undefined, false]);
  });

  it('writes nothing if lab and master changed to the same value, and remembers that', async () => {
    const [target, records] = [modelMaster(), memoryRecords()];
    const lab = (description: string) => [worker('w1', { description })];
    await reconcile(request(target, records, lab('old')));
    setField(target, 'worker/w1', 'description', 'new');
    const writes = target.writes;
    const { plan } = await reconcile(request(target, records, lab('new')));
    expect([plan.changes, target.writes]).toEqual([[], writes]);
    setField(target, 'worker/w1', 'description', 'old');
    const { drift } = await detectDrift(request(target, records, lab('new')));
    expect(drift.map(({ key }) => key)).toEqual(['worker/w1']);
  });

  it('applies a plan that did not change', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(2)];
    const expected = await planMaster(request(target, records, lab));
    const result = await reconcile(request(target, records, lab, { expected }));
    expect(result.refused).toBeUndefined();
    const { rendered, remarks } = expected;
    expect({ ...result.plan, rendered, remarks }).toEqual(expected);
  });

  it('refuses a plan that exceeds a limit, and records the reason when it is forced', async () => {
    const [target, records] = [modelMaster(), memoryRecords()];
    await reconcile(request(target, records, smallLab(6)));
    const fewer = request(target, records, smallLab(1));
    const refused = await reconcile(fewer);
    expect(refused.refused).toMatchObject({ kind: 'unsafe', refusals: [{ limit: 'remove-share' }] });
    expect(records.record?.objects.size).toBe(10);
    const forced = await reconcile({ ...fewer, consents: { ...noConsents, force: 'moving house' } });
    expect(forced.forced).toMatchObject([{ limit: 'remove-share' }]);
    expect(records.record?.force).toBe('moving house');
    // It stays with the revision, through runs that do nothing.
    await reconcile(fewer);
    expect(records.record?.force).toBe('moving house');
  });

  it('restores what left the lab and returned', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(3)];
    await reconcile(request(target, records, lab));
    await reconcile(request(target, records, smallLab(2)));
    expect(target.rows.get('device/board-3')?.fields).toMatchObject({ health: 'Retired' });
    expect((await planMaster(request(target, records, smallLab(2)))).changes).toEqual([]);
    await reconcile(request(target, records, lab));
    expect(target.rows.get('device/board-3')?.fields).toMatchObject({ health: 'Unknown' });
    expect((await planMaster(request(target, records, lab))).changes).toEqual([]);
  });

  it('leaves drift alone in the modes that only report', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(1)];
    await reconcile(request(target, records, lab));
    setField(target, 'worker/w1', 'env', 'meddled\n');
    for (const mode of ['observe', 'warn'] as const) {
      const result = await reconcile(request(target, records, lab, { mode }));
      expect([result.outcomes, verdictOfApply(result, false).code]).toEqual([[], mode === 'warn' ? 5 : 0]);
      const { drift } = await detectDrift(request(target, records, lab, { mode }));
      expect(drift).toMatchObject([
        { key: 'worker/w1', fields: [{ field: 'env', after: 'http_proxy: x\n' }] },
      ]);
    }
    expect(target.rows.get('worker/w1')?.fields).toMatchObject({ env: 'meddled\n' });
  });
});

describe('an apply that fails partly', () => {
  it('records only what was done; incomplete objects are ours in the next run', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(3)];
    // The row of board-2 is created, its dictionary is rejected.
    target.onWrite = (_number, key) => {
      const row = target.rows.get('device/board-2');
      if (key === 'device/board-2' && row !== undefined) throw new Refused('413');
    };
    const result = await reconcile(request(target, records, lab));
    expect(result.outcomes.filter(({ status }) => status === 'failed')).toMatchObject([
      { key: 'device/board-2', reason: '413' },
    ]);
    expect(verdictOfApply(result, false).code).toBe(1);
    expect(records.record?.objects.has('device/board-2')).toBe(false);
    expect(records.record?.objects.has('device/board-3')).toBe(true);
    expect([...(records.intent?.objects.keys() ?? [])]).toEqual(['device/board-2']);

    target.onWrite = () => undefined;
    const next = await reconcile(request(target, records, lab));
    expect(next.plan.changes).toMatchObject([
      { verb: 'update', key: 'device/board-2', cause: 'this change' },
    ]);
    expect(records.intent).toBeNull();
    expect((await planMaster(request(target, records, lab))).changes).toEqual([]);
  });

  it('returns and records what was done when the master becomes unavailable', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(3)];
    target.onWrite = (number) => {
      if (number === 5) throw new ExternalError({ what: 'write', where: 'x', why: 'gone', retry: 'soon' });
    };
    const result = await reconcile(request(target, records, lab));
    expect(result.failure?.why).toBe('gone');
    expect(result.outcomes.length).toBeGreaterThan(0);
    const recorded = [...(records.record?.objects.keys() ?? [])].sort();
    expect(recorded).toEqual(result.outcomes.map(({ key }) => key).sort());
    expect(verdictOfApply(result, false).code).toBe(1);
  });

  it('throws a bug of the target after recording what was done', async () => {
    const [target, records, lab] = [modelMaster(), memoryRecords(), smallLab(3)];
    target.onWrite = (number) => {
      if (number === 5) throw new TypeError('bug');
    };
    await expect(reconcile(request(target, records, lab))).rejects.toThrow(TypeError);
    expect(records.record?.objects.size).toBeGreaterThan(0);
  });
});

describe('an apply that is killed', () => {
  const before = [...smallLab(3), worker('w2', { description: 'second' })];
  const after = [
    template('qemu', 'new\n'),
    ...smallLab(2).slice(1),
    worker('w2', { description: 'moved', jobLimit: 4, health: 'Maintenance', env: 'e\n' }),
    worker('w3', { description: 'third', jobLimit: 1, health: 'Maintenance', env: 'e\n' }),
    device('board-9', { worker: 'w3', tags: ['x', 'y'], health: 'Maintenance', description: 'nine' }),
    device('old', { worker: 'w3', description: 'taken over' }),
  ];
  const consents = { ...noConsents, adopt: new Set<ObjectKey>(['device/old']) };

  async function killAt(
    point: number,
  ): Promise<{ killed: boolean; target: ModelMaster; records: MemoryRecords }> {
    const [target, records] = [modelMaster(), memoryRecords()];
    await reconcile(request(target, records, before));
    target.rows.set('device/old', { ...device('old', { tags: ['hand'], health: 'Good' }) });
    const killed = await killedAt(point, { target, records }, () =>
      reconcile(request(target, records, after, { consents })),
    );
    return { killed, target, records };
  }

  it('converges in the next run from every point, with nothing left unmanaged', async () => {
    const whole = await killAt(Infinity);
    let point = 1;
    for (; ; point += 1) {
      const { killed, target, records } = await killAt(point);
      if (!killed) break;
      // Consent was given once; work that was in progress when it was killed does not require it again.
      const began = records.intent?.objects.has('device/old') === true;
      const next = await reconcile(request(target, records, after, began ? {} : { consents }));
      expect(next.outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
      expect(rowsOf(target), `killed at ${point}`).toEqual(rowsOf(whole.target));
      expect(records.record?.objects).toEqual(whole.records.record?.objects);
      expect(records.record?.retired).toEqual(whole.records.record?.retired);
      const { changes } = await planMaster(request(target, records, after));
      const undeclared = changes.map(({ key, hold }) => `${key} ${hold ?? ''}`);
      expect(undeclared, `killed at ${point}`).toEqual(['device/old undeclared']);
    }
    expect(point).toBeGreaterThan(20);
  });

  it('does not report its own writes as drift', async () => {
    for (let point = 1; point < 30; point += 1) {
      const { target, records } = await killAt(point);
      const { drift } = await detectDrift(request(target, records, after, { consents }));
      expect(
        drift.map(({ key }) => key),
        `killed at ${point}`,
      ).toEqual([]);
    }
  });

  it('leaves objects unmanaged that somebody else created meanwhile', async () => {
    const [target, records] = [modelMaster(), memoryRecords()];
    target.onWrite = (number) => {
      if (number === 1) throw new Killed();
    };
    records.onWrite = () => {
      if (target.writes > 0) throw new Killed();
    };
    await expect(
      reconcile(request(target, records, [worker('w1', { description: 'ours' })])),
    ).rejects.toThrow(Killed);
    target.rows.set('worker/w1', worker('w1', { description: 'theirs' }));
    const plan = await planMaster(request(target, records, [worker('w1', { description: 'ours' })]));
    expect(plan.changes).toMatchObject([{ verb: 'report', hold: 'unadopted' }]);
  });
});
