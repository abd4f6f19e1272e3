/** Reading a master before the desired state is known: with real records, against a simulated master. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { LookAhead } from '../../../src/app/request/ahead.js';
import { lookAhead, lookAheadLocked } from '../../../src/app/request/look-ahead.js';
import { placeOf } from '../../../src/app/state/index.js';
import type { FileMap } from '../../../src/lab/index.js';
import { createMasterTarget } from '../../../src/lava/index.js';
import type { FieldValue, ObjectKey } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import {
  reconcile,
  type LockWait,
  type MasterTarget,
  type RecordStore,
} from '../../../src/reconcile/index.js';
import { openRecordStore } from '../../../src/records/index.js';
import { startSimulatedMaster, type SimulatedMaster } from '../../../src/simulator/index.js';
import { desiredMaster, device, policy, smallLab } from '../../support/lab/desired.js';
import { sampleIntent } from '../../contract/records/record-store.contract.js';

const lab = smallLab(3);
let directory: string;
let master: SimulatedMaster;
let store: RecordStore;
let ahead: LookAhead;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lavaflow-ahead-'));
  master = await startSimulatedMaster({ release: '2023.01' });
  const place = placeOf(directory);
  store = openRecordStore(place.state.records);
  ahead = { place, records: 'file' };
  await apply(store, createMasterTarget(master));
  writeFileSync(join(directory, 'token'), master.token);
});
afterEach(async () => {
  await master.stop();
  rmSync(directory, { recursive: true });
});

function apply(records: RecordStore, target: MasterTarget, objects = lab) {
  return reconcile({
    target,
    desired: desiredMaster(objects),
    records,
    policy: { ...policy, maxUpdateShare: 1 },
    mode: 'enforce',
    revision: { repository: '/lab', revision: 'r1' },
    consents: noConsents,
  });
}

/** `lab-config` of a lab with these masters. */
function configuration(...names: string[]): FileMap {
  const text = (name: string): [string, string][] => [
    [
      `lab-config/masters/${name}.yaml`,
      `kind: Master\nurl: ${master.url}\ntokenFrom: {file: token}\nsites: [here]\n`,
    ],
  ];
  const texts: [string, string][] = [
    ['lab-config/lab.yaml', 'kind: Lab\nname: lab\n'],
    ['lab-config/sites/here.yaml', 'kind: Site\nowners: []\n'],
    ...names.flatMap(text),
  ];
  return new Map(texts.map(([path, content]) => [path, { type: 'file', content: Buffer.from(content) }]));
}

const ignore = (): void => undefined;
const interest: ReadonlySet<ObjectKey> = new Set<ObjectKey>(['template/qemu', 'health-check/qemu']);

async function observedDevices(target: MasterTarget): Promise<string[]> {
  const { objects } = await target.observe(interest);
  return [...objects.keys()].filter((key) => key.startsWith('device/')).sort();
}

describe('looking ahead at a master', () => {
  it('begins to read it, and what was read is what a later look finds', async () => {
    const before = master.requests();
    const begun = await lookAhead(configuration('main'), ahead, () => true);
    await expect.poll(() => master.requests()).toBeGreaterThan(before);
    if (begun === null) throw new Error('nothing was begun');
    const first = await begun.target.observe(interest);
    const count = master.requests();
    expect(first.objects).toEqual((await createMasterTarget(master).observe(interest)).objects);
    // A second look reads again.
    await begun.target.observe(interest);
    expect(master.requests()).toBeGreaterThan(count);
  });

  it('fails where the master is needed, not before, and a later look may succeed', async () => {
    master.setFaults([{ kind: 'status', status: 403, match: { path: '^/api/v0.2/system/' } }]);
    const begun = await lookAhead(configuration('main'), ahead, () => true);
    if (begun === null) throw new Error('nothing was begun');
    // An error that nobody handles would fail this test.
    await new Promise(setImmediate);
    await expect(begun.target.observe(interest)).rejects.toMatchObject({ retry: 'after-change' });
    master.setFaults([]);
    expect(await observedDevices(begun.target)).toEqual([
      'device/board-1',
      'device/board-2',
      'device/board-3',
    ]);
  });

  it('finds what the record did not lead to expect: new, changed and missing devices', async () => {
    const extra = device('board-9');
    await createMasterTarget(master).apply(
      [
        {
          key: 'device/board-9',
          verb: 'create',
          cause: 'this change',
          object: extra,
          fields: fieldsOf(extra),
        },
      ],
      { repository: '/lab', revision: 'r', fingerprint: 'f' },
      ignore,
    );
    master.state.devices.delete('board-2');
    const dictionary = [...master.state.files.keys()].find((path) => path.endsWith('/board-1.jinja2')) ?? '';
    master.state.files.set(dictionary, Buffer.from("{% extends 'qemu.jinja2' %}\n{# drifted #}\n"));
    const begun = await lookAhead(configuration('main'), ahead, () => true);
    const { objects } = (await begun?.target.observe(interest)) ?? { objects: new Map<ObjectKey, never>() };
    expect(objects).toEqual((await createMasterTarget(master).observe(interest)).objects);
    expect(objects.get('device/board-1')?.fields).toMatchObject({
      dictionary: expect.stringContaining('drifted') as string,
    });
    expect(objects.get('device/board-9')?.fields).toMatchObject({
      dictionary: `{% extends 'qemu.jinja2' %}\n`,
    });
    expect(objects.has('device/board-2')).toBe(false);
  });

  it('reads the records once: another apply meanwhile does not mix two states', async () => {
    const begun = await lookAhead(configuration('main'), ahead, () => true);
    await apply(store, createMasterTarget(master), smallLab(4));
    expect([...((await begun?.records.read('main'))?.objects.keys() ?? [])]).not.toContain('device/board-4');
    expect([...((await store.read('main'))?.objects.keys() ?? [])]).toContain('device/board-4');
    await begun?.target.observe(interest);
  });

  it.each<[string, () => [FileMap, LookAhead, () => boolean]]>([
    ['the caller does not want it', () => [configuration('main'), ahead, () => false]],
    ['the lab has several masters, and none is named', () => [configuration('main', 'b'), ahead, () => true]],
    ['the named master does not exist', () => [configuration('main'), { ...ahead, master: 'b' }, () => true]],
    ['nothing was applied to it yet', () => [configuration('b'), ahead, () => true]],
    [
      'the records are elsewhere',
      () => [configuration('main'), { ...ahead, records: 'git:origin' }, () => true],
    ],
    [
      'its record is damaged',
      () => {
        writeFileSync(join(directory, '.lavaflow/records/main.json'), '{}');
        return [configuration('main'), ahead, () => true];
      },
    ],
    [
      'its token cannot be read',
      () => {
        rmSync(join(directory, 'token'));
        return [configuration('main'), ahead, () => true];
      },
    ],
    ['the lab has no lab.yaml', () => [new Map(), ahead, () => true]],
  ])('sends nothing if %s', async (_what, make) => {
    const before = master.requests();
    expect(await lookAhead(...make())).toBeNull();
    await new Promise(setImmediate);
    expect(master.requests()).toBe(before);
  });
});

describe('looking ahead at a master under its lock', () => {
  it('waits until another process releases the lock, and reads nothing before', async () => {
    let free = ignore;
    const other = openRecordStore(ahead.place.state.records);
    const held = other.withLock('main', 0, () => new Promise<void>((resolve) => (free = resolve)));
    await expect.poll(() => free).not.toBe(ignore);
    const before = master.requests();
    const waits: LockWait[] = [];
    const looking = lookAheadLocked(configuration('main'), ahead, (wait) => waits.push(wait));
    await expect
      .poll(() => waits)
      .toMatchObject([{ holder: expect.stringContaining(`process ${process.pid} `) as string }]);
    expect(master.requests()).toBe(before);
    free();
    await held;
    const begun = await looking;
    expect(await observedDevices(begun?.target ?? createMasterTarget(master))).toHaveLength(3);
    await begun?.release();
  });

  it('keeps others out until it is released, and reconciles under the same lock', async () => {
    const begun = await lookAheadLocked(configuration('main'), ahead, ignore);
    if (begun === null) throw new Error('nothing was begun');
    const other = openRecordStore(ahead.place.state.records);
    const intrude = () => other.withLock('main', 0, () => Promise.resolve());
    await expect(intrude()).rejects.toThrow(`process ${process.pid} `);
    const { outcomes } = await apply(begun.records, begun.target, smallLab(4));
    expect(outcomes).toMatchObject([{ key: 'device/board-4', status: 'done' }]);
    await expect(intrude()).rejects.toThrow(`process ${process.pid} `);
    await begun.release();
    await intrude();
  });

  it('writes nothing after another process has taken the lock over', async () => {
    const begun = await lookAheadLocked(configuration('main'), ahead, ignore);
    if (begun === null) throw new Error('nothing was begun');
    const { records } = ahead.place.state;
    const [lock = ''] = readdirSync(records)
      .filter((name) => name.includes('.lock.'))
      .sort()
      .reverse();
    const next = lock.replace(/\d+$/, (number) => String(Number(number) + 1));
    writeFileSync(join(records, next), readFileSync(join(records, lock)));
    const writes = master.history().length;
    const applying = apply(begun.records, begun.target, smallLab(4));
    await expect(applying).rejects.toThrow('another process acquired it');
    expect(master.history()).toHaveLength(writes);
    await begun.release();
  });

  it('holds the lock even if the early reading fails: the apply fails, and writes nothing', async () => {
    master.setFaults([{ kind: 'status', status: 403, match: { path: '^/api/v0.2/devices/' } }]);
    const begun = await lookAheadLocked(configuration('main'), ahead, ignore);
    if (begun === null) throw new Error('nothing was begun');
    const writes = master.history().length;
    await new Promise(setImmediate);
    const { plan, outcomes } = await apply(begun.records, begun.target, smallLab(4));
    expect(outcomes).toEqual([]);
    expect(plan.changes.every(({ verb }) => verb === 'keep' || verb === 'report')).toBe(true);
    expect(master.history()).toHaveLength(writes);
    await begun.release();
  });

  it('does not read after an interrupted apply, which may have to be undone first', async () => {
    await store.withLock('main', 0, () => store.writeIntent('main', sampleIntent));
    const before = master.requests();
    const begun = await lookAheadLocked(configuration('main'), ahead, ignore);
    await new Promise(setImmediate);
    expect(master.requests()).toBe(before);
    expect(await observedDevices(begun?.target ?? createMasterTarget(master))).toHaveLength(3);
    await begun?.release();
  });

  it('with a damaged record holds the lock, and reports it where the record is needed', async () => {
    writeFileSync(join(directory, '.lavaflow/records/main.json'), '{}');
    const begun = await lookAheadLocked(configuration('main'), ahead, ignore);
    if (begun === null) throw new Error('nothing was begun');
    await expect(apply(begun.records, begun.target)).rejects.toMatchObject({ what: 'read the record' });
    await begun.release();
  });

  it('needs no lock if there is no master to look at', async () => {
    expect(await lookAheadLocked(configuration('main', 'b'), ahead, ignore)).toBeNull();
    const other = openRecordStore(ahead.place.state.records);
    await other.withLock('main', 0, () => Promise.resolve());
  });
});

function fieldsOf(object: ReturnType<typeof device>) {
  return (Object.entries(object.fields) as [string, FieldValue][]).map(([field, after]) => ({
    field,
    before: undefined,
    after,
    cause: 'this change' as const,
  }));
}
