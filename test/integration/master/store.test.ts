import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listAliases } from '../../../src/master/store/configuration/aliases.js';
import { findDevice, listDevices } from '../../../src/master/store/configuration/devices.js';
import { findJob } from '../../../src/master/store/jobs/jobs.js';
import { openStore } from '../../../src/master/store/open-store.js';
import { latestRevision } from '../../../src/master/store/configuration/revisions.js';
import { tagsOfDevice } from '../../../src/master/store/configuration/tags.js';
import { findTemplate } from '../../../src/master/store/configuration/templates.js';
import { findWorker, listWorkers } from '../../../src/master/store/configuration/workers.js';
import { submitJob } from '../../../src/master/jobs/submit.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { packDescription } from '../../../src/wire/index.js';
import {
  definition,
  jobResult,
  key,
  resultLine,
  smallLab,
  startCore,
  textLine,
  type Core,
} from '../../support/master/core.js';
import { postgresDatabases, sqliteDatabases, type Databases } from '../../support/master/databases.js';

describe.each([
  { name: 'SQLite', missing: null, open: sqliteDatabases },
  { name: 'PostgreSQL', missing: requireOrSkip('postgresql'), open: postgresDatabases },
])('the store on $name', ({ missing, open }) => {
  describe.skipIf(missing !== null)('', () => {
    let databases: Databases;
    let location: Awaited<ReturnType<Databases['create']>>;
    let core: Core;

    beforeAll(async () => {
      databases = await open();
    });
    afterAll(() => databases.stop());
    beforeEach(async () => {
      location = await databases.create();
      core = await startCore(location);
    });
    afterEach(() => core.stop());

    const db = () => core.context.store.db;
    const allDevices = async () => (await listDevices(db(), { includeRetired: true })).items;
    const statuses = async (changes: readonly object[]) =>
      (await core.apply(changes)).map((outcome) => outcome.reason ?? outcome.status);

    test('a revision makes its changes, and each object refers to it', async () => {
      expect(await statuses(smallLab)).toEqual(['done', 'done', 'done', 'done']);
      const device = await findDevice(db(), 'sim-1');
      expect(device).toMatchObject({
        deviceType: 'sim',
        worker: 'w1',
        health: 'Unknown',
        extendsTemplate: 'sim',
      });
      expect((await tagsOfDevice(db(), 'sim-1')).map((tag) => tag.name)).toEqual(['usb']);
      expect((await listAliases(db())).items).toEqual([{ name: 'simulator', deviceType: 'sim' }]);
      const revision = await latestRevision(db());
      expect(revision).toMatchObject({ repository: 'lab', revision: 'r1', changes: 4 });
      expect(device?.revisionId).toBe(revision?.id);
    });

    test('an update changes the specified fields only', async () => {
      await core.apply(smallLab);
      const before = await findWorker(db(), 'w1');
      await core.apply([
        { verb: 'update', kind: 'worker', name: 'w1', fields: { description: 'a shelf', env: null } },
      ]);
      const after = await findWorker(db(), 'w1');
      const revisionId = (await latestRevision(db()))?.id;
      expect(after).toEqual({ ...before, description: 'a shelf', env: null, revisionId });
    });

    test('what a worker reports is stored, also if it contains NUL', async () => {
      await core.apply(smallLab);
      await core.host.workerSeen('w1', 'version\0');
      expect((await submitJob(core.context, definition, 'admin')).ok).toBe(true);
      await core.settled();
      await core.host.jobStarted('w1', 1);
      const lines = [
        textLine('text\0'),
        resultLine({ definition: 'suite\0', case: 'case\0', result: 'pass', set: 'set\0', units: 'm\0' }),
        jobResult('pass'),
      ];
      expect(await core.host.appendLog('w1', 1, 0, lines)).toBe(3);
      await core.host.jobEnded('w1', 1, { errors: 'errors\0', description: packDescription('a: "\\0"\n') });
      expect(await findJob(db(), 1)).toMatchObject({ state: 'Finished', health: 'Complete' });
    });

    test('the order of the changes does not matter', async () => {
      expect(await statuses(smallLab.toReversed())).toEqual(['done', 'done', 'done', 'done']);
    });

    test('a change that cannot be made, and what needs it, is left out, and the rest is made', async () => {
      const reasons = await statuses([
        ...smallLab,
        { verb: 'create', kind: 'device', name: 'a', fields: { deviceType: 'none', worker: 'w1' } },
        { verb: 'create', kind: 'device', name: 'b', fields: { deviceType: 'sim', worker: 'w9' } },
        { verb: 'update', kind: 'worker', name: 'w8', fields: {} },
        { verb: 'create', kind: 'worker', name: 'w2', fields: { certificate: key('a') } },
        { verb: 'create', kind: 'device-type', name: 'other', fields: { aliases: ['Simulator'] } },
        { verb: 'create', kind: 'device', name: 'c', fields: { deviceType: 'other', worker: 'w1' } },
        { verb: 'create', kind: 'device-type', name: 'third', fields: { aliases: ['x', 'X'] } },
        { verb: 'create', kind: 'device-type', name: 'fourth', fields: { aliases: ['Sim'] } },
        { verb: 'create', kind: 'device', name: 'd', fields: { deviceType: 'sim', health: 'Fine' } },
        { verb: 'create', kind: 'template', name: 'e', fields: { text: 'one' } },
        { verb: 'create', kind: 'template', name: 'e', fields: { text: 'two' } },
      ]);
      expect(reasons.slice(4)).toEqual([
        'its device type none does not exist',
        'its worker w9 does not exist',
        'it does not exist',
        'its certificate has the key of the worker w1; each worker needs its own key',
        'the alias Simulator, as simulator, belongs to the device type sim',
        'device-type/other failed, and device/c depends on it',
        'the alias X, as x, belongs to the device type third',
        'the alias Sim differs only in case from the device type sim',
        'health must be one of Good, Unknown, Looping, Bad, Maintenance, Retired',
        'another change of this revision is for the same object',
        'another change of this revision is for the same object',
      ]);
      expect(reasons.slice(0, 4)).toEqual(smallLab.map(() => 'done'));
      expect((await allDevices()).map(({ hostname }) => hostname)).toEqual(['sim-1']);
      expect((await listWorkers(db(), {})).items).toHaveLength(1);
      expect((await listAliases(db())).items).toEqual([{ name: 'simulator', deviceType: 'sim' }]);
      expect(await latestRevision(db())).toMatchObject({ revision: 'r1', changes: 4 });
    });

    test('a revision of which nothing can be made is not recorded', async () => {
      const fields = { deviceType: 'none', worker: 'w1' };
      expect(await statuses([{ verb: 'create', kind: 'device', name: 'a', fields }])).toEqual([
        'its device type none does not exist',
      ]);
      expect(await latestRevision(db())).toBeUndefined();
    });

    test('a new type does not get the name of an alias', async () => {
      await core.apply(smallLab);
      const created = { verb: 'create', kind: 'device-type', name: 'SIMULATOR', fields: {} };
      expect(await statuses([created])).toEqual(['its name is the alias simulator of the device type sim']);
      const released = { verb: 'update', kind: 'device-type', name: 'sim', fields: { aliases: [] } };
      expect(await statuses([created, released])).toEqual(['done', 'done']);
    });

    test('what needs a template that failed is left out, also indirectly', async () => {
      await core.apply(smallLab);
      const dictionary = (name: string) => `{% extends '${name}.jinja2' %}`;
      expect(
        await statuses([
          { verb: 'create', kind: 'template', name: 'base', fields: { text: 'a\0' } },
          { verb: 'create', kind: 'template', name: 'middle', fields: { text: dictionary('base') } },
          { verb: 'update', kind: 'device', name: 'sim-1', fields: { dictionary: dictionary('middle') } },
          { verb: 'delete', kind: 'template', name: 'sim' },
        ]),
      ).toEqual([
        'text contains a NUL character',
        'template/base failed, and template/middle depends on it',
        'template/middle failed, and device/sim-1 depends on it',
        'device/sim-1 still needs it, because its change failed',
      ]);
    });

    test('a device keeps its worker if its move to another one fails', async () => {
      await core.apply(smallLab);
      expect(
        await statuses([
          { verb: 'create', kind: 'worker', name: 'w2', fields: { certificate: 'none' } },
          { verb: 'update', kind: 'device', name: 'sim-1', fields: { worker: 'w2' } },
          { verb: 'delete', kind: 'worker', name: 'w1' },
          { verb: 'create', kind: 'worker', name: 'w3', fields: {} },
        ]),
      ).toEqual([
        expect.stringContaining('certificate'),
        'worker/w2 failed, and device/sim-1 depends on it',
        'device/sim-1 still needs it, because its change failed',
        'done',
      ]);
      expect(await findDevice(db(), 'sim-1')).toMatchObject({ worker: 'w1' });
    });

    test('a key or alias stays where it is if the change that releases it fails', async () => {
      await core.apply([
        ...smallLab,
        { verb: 'create', kind: 'worker', name: 'w2', fields: { certificate: key('b') } },
      ]);
      expect(
        await statuses([
          { verb: 'update', kind: 'worker', name: 'w1', fields: { certificate: key('c'), jobLimit: -1 } },
          { verb: 'update', kind: 'worker', name: 'w2', fields: { certificate: key('a') } },
          { verb: 'update', kind: 'device-type', name: 'sim', fields: { aliases: [], display: 1 } },
          { verb: 'create', kind: 'device-type', name: 'other', fields: { aliases: ['simulator'] } },
          { verb: 'create', kind: 'device-type', name: 'more', fields: {} },
        ]),
      ).toEqual([
        expect.stringContaining('jobLimit'),
        'its certificate has the key of the worker w1; each worker needs its own key',
        expect.stringContaining('display'),
        'the alias simulator belongs to the device type sim',
        'done',
      ]);
      expect(core.host.workerOfKey('a'.repeat(40))).toBe('w1');
      expect(core.host.workerOfKey('b'.repeat(40))).toBe('w2');
    });

    test('keys and aliases can move to other objects within a revision', async () => {
      await core.apply([
        ...smallLab,
        { verb: 'create', kind: 'worker', name: 'w2', fields: { certificate: key('b') } },
        { verb: 'create', kind: 'device-type', name: 'other', fields: { aliases: ['o'] } },
      ]);
      expect(
        await statuses([
          { verb: 'update', kind: 'worker', name: 'w1', fields: { certificate: key('b') } },
          { verb: 'update', kind: 'worker', name: 'w2', fields: { certificate: key('a') } },
          { verb: 'update', kind: 'device-type', name: 'other', fields: { aliases: ['simulator'] } },
          { verb: 'update', kind: 'device-type', name: 'sim', fields: { aliases: ['o'] } },
        ]),
      ).toEqual(['done', 'done', 'done', 'done']);
      expect(core.host.workerOfKey('a'.repeat(40))).toBe('w2');
      expect(core.host.workerOfKey('b'.repeat(40))).toBe('w1');
    });

    test('retiring changes the health of devices and workers, and hides device types', async () => {
      await core.apply(smallLab);
      await core.apply(
        (['device-type/sim', 'worker/w1', 'device/sim-1'] as const).map((name) => {
          const [kind, object] = name.split('/');
          return { verb: 'retire', kind, name: object };
        }),
      );
      expect(await findDevice(db(), 'sim-1')).toMatchObject({ health: 'Retired' });
      expect(await findWorker(db(), 'w1')).toMatchObject({ health: 'Retired' });
      expect(core.host.workerOfKey('a'.repeat(40))).toBeNull();
    });

    test('deletions happen in the order of the dependencies', async () => {
      await core.apply(smallLab);
      const deletions = smallLab.map(({ kind, name }) => ({ verb: 'delete', kind, name }));
      expect(await statuses(deletions)).toEqual(['done', 'done', 'done', 'done']);
      expect(await allDevices()).toEqual([]);
      expect(await findTemplate(db(), 'sim')).toBeUndefined();
    });

    test('a device type that has devices is not deleted', async () => {
      await core.apply(smallLab);
      expect(await statuses([{ verb: 'delete', kind: 'device-type', name: 'sim' }])).toEqual([
        'the device sim-1 is of this type',
      ]);
    });

    test('jobs that wait for a deleted device type are canceled', async () => {
      await core.apply(smallLab);
      await submitJob(core.context, definition, 'admin');
      await core.apply([
        { verb: 'delete', kind: 'device', name: 'sim-1' },
        { verb: 'delete', kind: 'device-type', name: 'sim' },
      ]);
      expect(await findJob(db(), 1)).toMatchObject({ state: 'Finished', health: 'Canceled' });
    });

    test('the same revision may be sent again, with the same result', async () => {
      const { applyRevision } = await import('../../../src/master/revisions/apply-revision.js');
      const { parseRevisionRequest } = await import('../../../src/master/revisions/request.js');
      const body = { repository: 'lab', revision: 'x', fingerprint: 'y', changes: smallLab };
      const parsed = parseRevisionRequest(body);
      if (!parsed.ok) throw new Error(parsed.detail);
      const first = await applyRevision(core.context, parsed.request);
      const before = await latestRevision(db());
      const second = await applyRevision(core.context, parsed.request);
      expect(second).toEqual(first);
      expect(await latestRevision(db())).toEqual(before);
      const other = await applyRevision(core.context, { ...parsed.request, fingerprint: 'z' });
      expect(other.applied).toBe(false);
      expect(other.outcomes[0]).toMatchObject({ status: 'failed', reason: 'it already exists' });
    });

    test('a revision that was made in part may be sent again, with the same result', async () => {
      const { applyRevision } = await import('../../../src/master/revisions/apply-revision.js');
      const { parseRevisionRequest } = await import('../../../src/master/revisions/request.js');
      const broken = {
        verb: 'create',
        kind: 'device-type',
        name: 'other',
        fields: { aliases: ['simulator'] },
      };
      const changes = [broken, ...smallLab, { ...smallLab[0], fields: { text: 'another' } }];
      const parsed = parseRevisionRequest({ repository: 'lab', revision: 'x', fingerprint: 'y', changes });
      if (!parsed.ok) throw new Error(parsed.detail);
      const first = await applyRevision(core.context, parsed.request);
      // In the order of the request, the first type gets the alias.
      expect(first.outcomes.map(({ status }) => status)).toEqual([
        'done',
        'failed',
        'failed',
        'done',
        'skipped',
        'failed',
      ]);
      const before = await latestRevision(db());
      expect(await applyRevision(core.context, parsed.request)).toEqual(first);
      expect(await latestRevision(db())).toEqual(before);
      await core.stop();
      core = await startCore(location);
      expect(await applyRevision(core.context, parsed.request)).toEqual(first);
    });

    test('only one master can use the database', async () => {
      await expect(openStore(location)).rejects.toThrow(/another master/);
    });

    test('data remains after a restart', async () => {
      await core.apply(smallLab);
      const before = await allDevices();
      await core.stop();
      core = await startCore(location);
      expect(await allDevices()).toEqual(before);
    });

    test('texts are returned as they were stored', async () => {
      const text = '# ä 漢 \u{1f4a5}\r\n\ttab "quotes" \'single\' \\ back {{ x }}\n\n';
      await core.apply([{ verb: 'create', kind: 'template', name: 't', fields: { text } }]);
      expect((await findTemplate(db(), 't'))?.text).toBe(text);
    });

    test('a thousand devices in one revision', async () => {
      const devices = Array.from({ length: 1000 }, (_item, index) => ({
        verb: 'create',
        kind: 'device',
        name: `d${index}`,
        fields: { deviceType: 'sim', worker: 'w1', tags: ['usb'], dictionary: `# ${index}\n`.repeat(50) },
      }));
      expect(new Set(await statuses([...smallLab, ...devices]))).toEqual(new Set(['done']));
      expect(await allDevices()).toHaveLength(1001);
    });
  });
});
