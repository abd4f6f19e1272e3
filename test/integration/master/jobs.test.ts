import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setDeviceHealth } from '../../../src/master/health/set-device-health.js';
import { setWorkerHealth } from '../../../src/master/health/set-worker-health.js';
import { appendLog, maxResultsPerJob } from '../../../src/master/jobs/append-log.js';
import { cancelJob } from '../../../src/master/jobs/cancel.js';
import { markEnded } from '../../../src/master/jobs/end.js';
import { releaseWorker } from '../../../src/master/jobs/release-worker.js';
import { submitJob } from '../../../src/master/jobs/submit.js';
import { findDevice } from '../../../src/master/store/configuration/devices.js';
import { readLogLines } from '../../../src/master/store/jobs/job-logs.js';
import { findJob } from '../../../src/master/store/jobs/jobs.js';
import { listTestCases } from '../../../src/master/store/jobs/results.js';
import { findWorker } from '../../../src/master/store/configuration/workers.js';
import { packDescription } from '../../../src/wire/index.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { until } from '../../support/until.js';
import {
  definition,
  healthCheck,
  jobResult,
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
])('jobs on $name', ({ missing, open }) => {
  describe.skipIf(missing !== null)('', () => {
    let databases: Databases;
    let location: Awaited<ReturnType<Databases['create']>>;
    let core: Core;
    let clock: Date;

    beforeAll(async () => {
      databases = await open();
    });
    afterAll(() => databases.stop());
    beforeEach(async () => {
      clock = new Date('2026-03-01T12:00:00Z');
      location = await databases.create();
      core = await startCore(location, () => clock);
    });
    afterEach(() => core.stop());

    const db = () => core.context.store.db;
    const job = async (id = 1) => {
      const row = await findJob(db(), id);
      if (row === undefined) throw new Error(`no job ${id}`);
      return row;
    };
    const device = async () => {
      const row = await findDevice(db(), 'sim-1');
      if (row === undefined) throw new Error('no device');
      return row;
    };

    /** Sends HELLO for the worker, and waits until its consequences are settled. */
    async function comeOnline(): Promise<void> {
      await core.host.workerSeen('w1', 'lavaflow test');
      await core.settled();
    }
    async function submit(text = definition): Promise<number> {
      const submission = await submitJob(core.context, text, 'admin');
      if (!submission.ok) throw new Error(JSON.stringify(submission.problems));
      await core.settled();
      return submission.id;
    }
    /** Starts a job. */
    async function run(text = definition): Promise<number> {
      const id = await submit(text);
      await core.host.jobStarted('w1', id);
      return id;
    }
    async function append(id: number, first: number, ...lines: string[]): Promise<number | null> {
      const stored = await core.host.appendLog('w1', id, first, lines);
      await core.settled();
      return stored;
    }
    /** Sends the last lines of a job, and then END. */
    async function end(id: number, first: number, ...lines: string[]): Promise<void> {
      await append(id, first, ...lines);
      await core.host.jobEnded('w1', id, { errors: '', description: packDescription('a: 1\n') });
      await core.settled();
    }
    async function logOf(id: number, start = 0, end = Number.MAX_SAFE_INTEGER): Promise<string[]> {
      const all: string[] = [];
      for await (const lines of readLogLines(db(), id, start, Math.min(end, (await job(id)).logLines))) {
        all.push(...lines);
      }
      return all;
    }

    describe('without a health check', () => {
      beforeEach(async () => {
        await core.apply(smallLab);
      });

      test('a job waits for the worker, and gets everything that its START contains', async () => {
        await submit();
        expect(await job()).toMatchObject({ state: 'Submitted', device: null, revisionId: null });
        await comeOnline();
        expect(await job()).toMatchObject({ state: 'Scheduled', device: 'sim-1', worker: 'w1' });
        const { start } = await core.host.jobsOf('w1');
        expect(start).toEqual([
          {
            id: 1,
            definition,
            device: 'parameters:\n  board: one\n  arch: amd64',
            dispatcher: 'dispatcher_ip: 10.0.0.1\n',
            env: 'purge: false\n',
            envDut: '',
          },
        ]);
      });

      test('a job has the revision for which it was scheduled', async () => {
        await comeOnline();
        await core.apply([{ verb: 'update', kind: 'device', name: 'sim-1', fields: { description: 'x' } }]);
        await submit();
        expect((await job()).revisionId).toBe((await device()).revisionId);
      });

      test('a large definition is read outside of the transaction that schedules', async () => {
        await comeOnline();
        const large = `${definition}# ${'a comment '.repeat(5000)}\n`;
        const id = await submit(large);
        await until('scheduled', async () => (await job(id)).state === 'Scheduled');
        expect((await core.host.jobsOf('w1')).start).toMatchObject([{ definition: large }]);
      });

      test('nothing is decoded for a worker that does not own the job', async () => {
        await comeOnline();
        const id = await run();
        const read: string[] = [];
        const reader = {
          ...core.context.reader,
          description: () => Promise.resolve(`${read.push('description')}`),
          logLines: () => Promise.resolve((read.push('lines'), [])),
        };
        const context = { ...core.context, reader };
        const garbage = { errors: 'x', description: new Uint8Array(1_000_000) };
        for (const [worker, jobId] of [
          ['w2', id],
          ['w1', 77],
        ] as const) {
          await markEnded(context, worker, jobId, garbage);
          expect(await appendLog(context, worker, jobId, 0, ['{'])).toBeNull();
          expect(await core.host.ownsJob(worker, jobId)).toBe(false);
        }
        expect(read).toEqual([]);
        expect(await job(id)).toMatchObject({ state: 'Running' });
        await markEnded(context, 'w1', id, garbage);
        expect(read).toEqual(['description']);
      });

      test('long lines of YAML are read in a thread, and a bad one spoils no other', async () => {
        await comeOnline();
        const id = await run();
        const ping = '{dt: x, lvl: results, msg: {definition: s, case: ping, result: pass}}';
        const lines = [
          `{dt: x, lvl: info, msg: ${'long '.repeat(5000)}}`,
          ping,
          `{dt: x, lvl: info, msg: ${'[ '.repeat(200_000)}`,
          ping.replace('ping', 'pong'),
          textLine('json'),
        ];
        expect(await append(id, 0, ...lines)).toBe(5);
        const stored = await logOf(id);
        expect(stored).toEqual(lines.map((line, at) => (at === 2 ? stored[2] : line)));
        expect(stored[2]).toContain('it is not a log line');
        const cases = (await listTestCases(db(), { jobId: id })).items;
        expect(cases.map(({ name }) => name)).toEqual(['ping', 'pong']);
      });

      test('the gateway is notified immediately', async () => {
        await comeOnline();
        const told: (string | null)[] = [];
        core.host.onChange((hostname) => told.push(hostname));
        await submit();
        expect(told).toContain('w1');
      });

      test('from START_OK to END', async () => {
        await comeOnline();
        const id = await run();
        expect(await job()).toMatchObject({ state: 'Running', startTime: clock });
        expect(await core.host.jobsOf('w1')).toEqual({ start: [], cancel: [], running: [1] });
        const ping = { definition: '0_smoke', case: 'ping', result: 'pass', measurement: 3, units: 'ms' };
        expect(await append(id, 0, textLine('hello'), resultLine(ping), jobResult('pass'))).toBe(3);
        const cases = (await listTestCases(db(), { jobId: id })).items;
        expect(cases.map(({ suite, name, result }) => `${suite}.${name} ${result}`)).toEqual([
          '0_smoke.ping pass',
          'lava.job pass',
        ]);
        await core.host.jobEnded('w1', id, { errors: '', description: packDescription('a: 1\n') });
        expect(await job()).toMatchObject({ state: 'Finished', health: 'Complete', result: 'pass' });
        expect(await job()).toMatchObject({ pipelineDescription: 'a: 1\n' });
        expect(await core.host.jobsOf('w1')).toEqual({ start: [], cancel: [], running: [] });
      });

      test('the next job follows on the same device', async () => {
        await comeOnline();
        await run();
        await submit();
        expect((await job(2)).state).toBe('Submitted');
        await end(1, 0, jobResult('pass'));
        expect((await job(2)).state).toBe('Scheduled');
      });

      test('a log line never frees a board, whatever it contains: the job runs until its END', async () => {
        await comeOnline();
        const id = await run();
        await submit();
        await append(id, 0, jobResult('pass'));
        expect((await job(id)).state).toBe('Running');
        expect((await job(2)).state).toBe('Submitted');
        await append(id, 1, textLine('still running'), jobResult('fail', 'Test'));
        await core.host.jobEnded('w1', id, { errors: '', description: packDescription('a: 1\n') });
        await core.settled();
        expect(await job(id)).toMatchObject({ health: 'Incomplete', errorType: 'Test', logLines: 3 });
        expect((await job(2)).state).toBe('Scheduled');
        const verdicts = await listTestCases(db(), { jobId: id, suite: 'lava', name: 'job' });
        expect(verdicts.items.map(({ result }) => result)).toEqual(['fail']);
      });

      test('a finished job accepts no more lines, results or descriptions', async () => {
        await comeOnline();
        const id = await run();
        await end(id, 0, jobResult('pass'));
        const late = resultLine({ definition: '0_smoke', case: 'late', result: 'pass' });
        expect(await append(id, 1, late, jobResult('fail', 'Infrastructure'))).toBeNull();
        await core.host.jobEnded('w1', id, { errors: '', description: packDescription('forged: 1\n') });
        expect(await job(id)).toMatchObject({
          ...{ health: 'Complete', result: 'pass', logLines: 1, pipelineDescription: 'a: 1\n' },
        });
        expect((await listTestCases(db(), { jobId: id })).items.map(({ name }) => name)).toEqual(['job']);
      });

      test('a job has a limited number of results, and names have a limited length', async () => {
        await comeOnline();
        const id = await run();
        await db()
          .updateTable('jobs')
          .set({ resultCount: maxResultsPerJob - 1 })
          .execute();
        const result = (name: string, suite = '0_smoke') =>
          resultLine({ definition: suite, case: name, result: 'pass', set: 's'.repeat(500) });
        const long = [result('a', 'x'.repeat(201)), result('b'.repeat(1001))];
        await end(id, 0, ...long, result('last'), result('too many'), jobResult('pass'));
        const { items } = await listTestCases(db(), { jobId: id });
        expect(items.map(({ suite, name }) => `${suite} ${name}`)).toEqual(['0_smoke last', 'lava job']);
        expect(items[0]?.testSet).toHaveLength(200);
        expect(await job(id)).toMatchObject({ health: 'Complete', logLines: 5 });
      });

      test('log lines that arrive twice, late and with gaps are stored once and in order', async () => {
        await comeOnline();
        const id = await run();
        const lines = ['a', 'b', 'c', 'd', 'e'].map(textLine);
        expect(await append(id, 0, ...lines.slice(0, 2))).toBe(2);
        expect(await append(id, 0, ...lines.slice(0, 2))).toBe(2);
        expect(await append(id, 1, ...lines.slice(1, 4))).toBe(4);
        expect(await append(id, 9, textLine('z'))).toBe(4);
        expect(await append(id, 4, ...lines.slice(4))).toBe(5);
        expect(await logOf(id)).toEqual(lines);
        expect(await logOf(id, 1, 3)).toEqual(lines.slice(1, 3));
        expect(await logOf(id, 5)).toEqual([]);
      });

      test('markers are accepted but not shown; whatever is not a log line is replaced', async () => {
        await comeOnline();
        const id = await run();
        const marker = '{"dt": "x", "lvl": "marker", "msg": {"case": "a", "type": "start_test_case"}}';
        expect(await append(id, 0, marker, '- [', textLine('b'))).toBe(3);
        const log = await logOf(id);
        expect(log).toHaveLength(2);
        expect(log[0]).toContain('"lvl": "error"');
        expect(log[1]).toBe(textLine('b'));
        expect(await append(id, 3, textLine('c'))).toBe(4);
      });

      test('a worker can change only its own jobs', async () => {
        await comeOnline();
        const id = await run();
        expect(await core.host.appendLog('w2', id, 0, [jobResult('pass')])).toBeNull();
        await core.host.jobEnded('w2', id, { errors: '', description: new Uint8Array() });
        expect(await core.host.appendLog('w1', 99, 0, [])).toBeNull();
        expect((await job()).state).toBe('Running');
        expect(await core.host.jobsOf('w2')).toEqual({ start: [], cancel: [], running: [] });
      });

      test('the worker lost the job: Incomplete, with an error of the lab', async () => {
        await setDeviceHealth(core.context, 'sim-1', 'Good', 'admin', '');
        await comeOnline();
        const id = await run();
        await core.host.jobEnded('w1', id, { errors: '', description: new Uint8Array() });
        expect(await job()).toMatchObject({
          state: 'Finished',
          health: 'Incomplete',
          errorType: 'Infrastructure',
        });
        expect(await device()).toMatchObject({ health: 'Unknown' });
      });

      test('END before the result: the job waits for it, but not forever', async () => {
        await comeOnline();
        const late = await run();
        await core.host.jobEnded('w1', late, { errors: '', description: packDescription('a: 1\n') });
        await core.settled();
        expect((await job()).state).toBe('Running');
        await append(late, 0, jobResult('pass'));
        expect(await job()).toMatchObject({ state: 'Finished', health: 'Complete' });

        const never = await run();
        await core.host.jobEnded('w1', never, { errors: '', description: packDescription('a: 1\n') });
        clock = new Date(clock.getTime() + 61_000);
        core.context.events.emit({ kind: 'device', hostname: 'sim-1' });
        await core.settled();
        expect(await job(never)).toMatchObject({ state: 'Finished', health: 'Incomplete' });
      });

      test.each([
        ['Infrastructure', 'Unknown'],
        ['Bug', 'Unknown'],
        ['Configuration', 'Unknown'],
        ['Job', 'Good'],
        ['Test', 'Good'],
      ])('an error of type %s leaves the device %s', async (errorType, health) => {
        await setDeviceHealth(core.context, 'sim-1', 'Good', 'admin', '');
        await comeOnline();
        await end(await run(), 0, jobResult('fail', errorType));
        expect(await job()).toMatchObject({ health: 'Incomplete', errorType, errorMessage: 'it broke' });
        expect((await device()).health).toBe(health);
      });

      test.each([
        ['fail', 'Good', 'Bad'],
        ['pass', 'Good', 'Unknown'],
        ['fail', 'Maintenance', 'Maintenance'],
      ] as const)(
        'powering off that ends with %s leaves a device that was %s %s',
        async (last, before, after) => {
          await comeOnline();
          const id = await run();
          await setDeviceHealth(core.context, 'sim-1', before, 'admin', '');
          const attempts = ['fail', last].map((result) =>
            resultLine({ definition: 'lava', case: 'power-off', result }),
          );
          await append(id, 0, ...attempts, jobResult('fail', 'Infrastructure'));
          await core.host.jobEnded('w1', id, { errors: '', description: packDescription('a: 1\n') });
          expect((await device()).health).toBe(after);
        },
      );

      test('a health that an operator has set remains, whatever jobs report', async () => {
        await comeOnline();
        const id = await run();
        await setDeviceHealth(core.context, 'sim-1', 'Maintenance', 'admin', 'new cable');
        await end(id, 0, jobResult('fail', 'Infrastructure'));
        expect(await device()).toMatchObject({
          health: 'Maintenance',
          healthReason: 'set by admin: new cable',
        });
      });

      test('canceled in the queue: immediately', async () => {
        await submit();
        expect(await cancelJob(core.context, 1, 'admin')).toBe(true);
        expect(await job()).toMatchObject({ state: 'Finished', health: 'Canceled' });
        expect(await cancelJob(core.context, 9, 'admin')).toBe(false);
      });

      test('canceled while running: the worker is notified, and the job becomes Canceled', async () => {
        await comeOnline();
        const id = await run();
        await cancelJob(core.context, id, 'admin');
        expect((await job()).state).toBe('Canceling');
        expect(await core.host.jobsOf('w1')).toEqual({ start: [], cancel: [id], running: [] });
        await end(id, 0, jobResult('fail', 'Canceled'));
        expect(await job()).toMatchObject({ state: 'Finished', health: 'Canceled' });
      });

      test('the queue timeout expires', async () => {
        await submit(definition.replace('timeouts: {', 'timeouts: {queue: {minutes: 5}, '));
        clock = new Date(clock.getTime() + 5 * 60_000);
        core.context.events.emit({ kind: 'device', hostname: 'sim-1' });
        await core.settled();
        expect(await job()).toMatchObject({ state: 'Finished', health: 'Canceled' });
      });

      test.each([
        ['no such type', definition.replace('simulator', 'panda'), 'device_type'],
        ['no such tag', definition.replace('context', 'tags: [gpu]\ncontext'), 'tags[0]'],
      ])('%s: rejected at submission', async (_why, text, path) => {
        const submission = await submitJob(core.context, text, 'admin');
        expect(submission).toMatchObject({ ok: false, problems: [{ path }] });
      });

      test('jobs for retired devices are rejected', async () => {
        await core.apply([{ verb: 'retire', kind: 'device', name: 'sim-1' }]);
        expect((await submitJob(core.context, definition, 'admin')).ok).toBe(false);
      });

      test.each([
        ['does not render', "{% extends 'sim.jinja2' %}\n{% set name = nothing.at.all %}"],
        ['extends a missing template', "{% extends 'none.jinja2' %}"],
        ['does not render to YAML', 'a: [1'],
        ['does not render to a mapping', '- 1'],
        ['has a key that LAVA does not know', 'board: one'],
      ])('a dictionary that %s: the device is Bad, the job waits', async (_why, dictionary) => {
        await core.apply([{ verb: 'update', kind: 'device', name: 'sim-1', fields: { dictionary } }]);
        await comeOnline();
        await submit();
        expect((await job()).state).toBe('Submitted');
        const bad = await device();
        expect(bad.health).toBe('Bad');
        expect(bad.healthReason).toBeTruthy();
      });

      test('a stored job that is no longer valid ends as Incomplete; the next one runs', async () => {
        const [old, next] = [await submit(), await submit()];
        const invalid = definition.replace('timeouts: {', 'timeouts: {queue: {minutes: 1.5}, ');
        await db().updateTable('jobs').set({ definition: invalid }).where('id', '=', old).execute();
        await comeOnline();
        expect(await job(old)).toMatchObject({ state: 'Finished', health: 'Incomplete', errorType: 'Job' });
        expect((await job(old)).failureComment).toContain('timeouts.queue.minutes: expected a whole number');
        expect((await job(next)).state).toBe('Scheduled');
      });

      test('a health check does not need a device type: the device has one', async () => {
        const check = healthCheck.fields.job.replace(/^device_type: .*\n/m, '');
        expect(check).not.toContain('device_type');
        await core.apply([{ ...healthCheck, fields: { job: check } }]);
        await setDeviceHealth(core.context, 'sim-1', 'Unknown', 'admin', '');
        await comeOnline();
        expect(await job()).toMatchObject({ healthCheck: true, deviceType: 'sim', state: 'Scheduled' });
      });

      test('a device that is running a job is not deleted', async () => {
        await comeOnline();
        await run();
        const [outcome] = await core.apply([{ verb: 'delete', kind: 'device', name: 'sim-1' }]);
        expect(outcome).toMatchObject({ status: 'failed' });
      });

      test('a retired worker finishes its jobs and is then no longer admitted', async () => {
        await comeOnline();
        const id = await run();
        await core.apply([{ verb: 'retire', kind: 'worker', name: 'w1' }]);
        expect(core.host.workerOfKey('a'.repeat(40))).toBe('w1');
        await end(id, 0, jobResult('pass'));
        expect(core.host.workerOfKey('a'.repeat(40))).toBeNull();
      });

      test('a worker that is lost keeps its jobs', async () => {
        await comeOnline();
        await run();
        await core.host.workerLost('w1');
        expect(await findWorker(db(), 'w1')).toMatchObject({ state: 'Offline' });
        expect((await job()).state).toBe('Running');
      });

      test('only the agent with the jobs acts as the worker, until an operator releases it', async () => {
        await setDeviceHealth(core.context, 'sim-1', 'Good', 'admin', '');
        await comeOnline();
        expect(await core.host.claimWorker('w1', 'old', null)).toEqual([]);
        const id = await run();
        expect(await core.host.claimWorker('w1', 'new', null)).toEqual([id]);
        expect(await core.host.claimWorker('w1', 'old', null)).toEqual([]);
        await core.host.noteConflict('w1', 'another dispatcher is rejected');
        expect(await releaseWorker(core.context, 'w1', 'admin')).toEqual({ kind: 'online' });
        expect((await job(id)).state).toBe('Running');
        await core.host.workerLost('w1');
        expect(await releaseWorker(core.context, 'w1', 'admin')).toEqual({ kind: 'released', jobs: [id] });
        expect(await job(id)).toMatchObject({ health: 'Incomplete', errorType: 'Infrastructure' });
        expect(await device()).toMatchObject({ health: 'Unknown' });
        expect(await findWorker(db(), 'w1')).toMatchObject({ conflict: null });
        expect(await core.host.claimWorker('w1', 'new', null)).toEqual([]);
        expect(await releaseWorker(core.context, 'w9', 'admin')).toEqual({ kind: 'unknown' });
      });

      test('an agent that first looked like a stock one keeps the jobs that it got', async () => {
        await comeOnline();
        await core.host.claimWorker('w1', 'stock', null);
        await run();
        expect(await core.host.claimWorker('w1', 'own', 'stock')).toEqual([]);
        expect(await findWorker(db(), 'w1')).toMatchObject({ agent: 'own' });
      });

      test('after a restart workers are Offline, and jobs continue', async () => {
        await comeOnline();
        await run();
        await append(1, 0, textLine('a'));
        await core.stop();
        core = await startCore(location, () => clock);
        expect(await findWorker(db(), 'w1')).toMatchObject({ state: 'Offline' });
        expect((await core.host.jobsOf('w1')).running).toEqual([1]);
        await end(1, 1, textLine('b'), jobResult('pass'));
        expect(await job()).toMatchObject({ health: 'Complete', logLines: 3 });
      });

      test('a worker becomes active again: its Good devices are checked', async () => {
        await setDeviceHealth(core.context, 'sim-1', 'Good', 'admin', '');
        await setWorkerHealth(core.context, 'w1', 'Maintenance', 'admin');
        expect((await device()).health).toBe('Good');
        await setWorkerHealth(core.context, 'w1', 'Active', 'admin');
        expect((await device()).health).toBe('Unknown');
      });

      test('a hundred thousand log lines', async () => {
        await comeOnline();
        const id = await run();
        const line = textLine('x'.repeat(100));
        for (let first = 0; first < 100_000; first += 1000) {
          await core.host.appendLog(
            'w1',
            id,
            first,
            Array.from({ length: 1000 }, () => line),
          );
        }
        expect((await job()).logLines).toBe(100_000);
        expect(await logOf(id, 99_998)).toEqual([line, line]);
      });
    });

    describe('with a maintenance window', () => {
      /** On Sunday, the day of the tests, for the worker and its devices. */
      const window = (from: string, to = '13:00') => ({
        ...{ timeZone: 'UTC', days: ['sunday'], from, to },
        ...{ of: 'site here', reason: 'cabling' },
      });
      const setWindows = (kind: 'worker' | 'device', ...maintenanceWindows: readonly object[]) =>
        core.apply([
          { verb: 'update', kind, name: kind === 'worker' ? 'w1' : 'sim-1', fields: { maintenanceWindows } },
        ]);
      beforeEach(async () => {
        await core.apply(smallLab);
        await comeOnline();
      });

      test('a job that would not end before it waits, says so, and starts at its end without any event', async () => {
        await setWindows('worker', window('12:09'));
        await submit();
        expect(await job()).toMatchObject({
          state: 'Submitted',
          timeoutS: 600,
          waitsFor:
            'the maintenance window of site here from 2026-03-01T12:09Z to 2026-03-01T13:00Z (cabling)',
        });
        clock = new Date('2026-03-01T12:59:59.950Z');
        core.context.events.emit({ kind: 'device', hostname: 'sim-1' });
        await core.settled();
        expect(await job()).toMatchObject({ state: 'Submitted' });
        clock = new Date('2026-03-01T13:00:00Z');
        await until('the job starts', async () => (await job()).state === 'Scheduled');
        expect(await job()).toMatchObject({ device: 'sim-1', waitsFor: null });
      });

      test('a job that would end before it starts, and finishes in it', async () => {
        await setWindows('device', window('12:10'));
        const id = await run();
        clock = new Date('2026-03-01T12:11:00Z');
        await submit();
        await end(id, 0, jobResult('pass'));
        expect(await job(id)).toMatchObject({ health: 'Complete' });
        expect(await job(2)).toMatchObject({ state: 'Submitted' });
      });

      test('of a worker or a device: the first of them counts', async () => {
        await setWindows('worker', window('12:30'));
        await setWindows('device', window('12:05', '12:06'));
        await submit();
        expect((await job()).waitsFor).toMatch(/from 2026-03-01T12:05Z to 2026-03-01T12:06Z/);
      });

      test('that the lab removes lets jobs start at once', async () => {
        await setWindows('worker', window('11:00'));
        await submit();
        expect((await job()).state).toBe('Submitted');
        await setWindows('worker');
        expect(await job()).toMatchObject({ state: 'Scheduled', waitsFor: null });
      });

      test('the reason changes with the window, and goes when the device is busy', async () => {
        await setWindows('worker', window('11:00'));
        await submit();
        await setWindows('worker', window('11:00', '14:00'));
        expect((await job()).waitsFor).toMatch(/to 2026-03-01T14:00Z/);
        await setDeviceHealth(core.context, 'sim-1', 'Maintenance', 'admin', '');
        await core.settled();
        expect(await job()).toMatchObject({ state: 'Submitted', waitsFor: null });
      });

      test('a health check waits too, however long it may run', async () => {
        await setDeviceHealth(core.context, 'sim-1', 'Unknown', 'admin', '');
        await setWindows('worker', window('12:09'));
        await core.apply([healthCheck]);
        expect(await findJob(db(), 1)).toBeUndefined();
        await submit(definition.replace('{minutes: 10}', '{minutes: 1}'));
        expect((await job()).waitsFor).toMatch(/^the maintenance window of site here/);
        await core.apply([
          {
            ...healthCheck,
            verb: 'update',
            fields: { job: definition.replace('{minutes: 10}', '{minutes: 9}') },
          },
        ]);
        expect(await job(2)).toMatchObject({ healthCheck: true, state: 'Scheduled' });
      });

      test.each([
        ['a time zone that nobody knows', { timeZone: 'Europe/Nowhere' }, /time zone/],
        ['no time', { from: '25:00' }, /HH:MM/],
        ['a day that does not exist', { days: ['someday'] }, /must be one of monday/],
      ])('with %s is rejected', async (_what, wrong, reason) => {
        const [outcome] = await setWindows('worker', { ...window('12:00'), ...wrong });
        expect(outcome).toMatchObject({ status: 'failed' });
        expect(outcome?.reason).toMatch(reason);
      });
    });

    describe('with a health check', () => {
      beforeEach(async () => {
        await core.apply([...smallLab, healthCheck]);
      });

      test('it runs before any other job, and makes the device Good', async () => {
        await submit();
        await comeOnline();
        expect(await job(2)).toMatchObject({
          healthCheck: true,
          submitter: 'lava-health',
          state: 'Scheduled',
        });
        await core.host.jobStarted('w1', 2);
        await end(2, 0, jobResult('pass'));
        expect(await device()).toMatchObject({ health: 'Good', lastHealthReportJob: 2 });
        expect((await job(1)).state).toBe('Scheduled');
      });

      test('it fails, and the device is Bad', async () => {
        await comeOnline();
        await core.host.jobStarted('w1', 1);
        await end(1, 0, jobResult('fail', 'Infrastructure'));
        expect(await device()).toMatchObject({ health: 'Bad' });
      });

      test.each([
        ['an operator', () => cancelJob(core.context, 1, 'admin')],
        ['its worker', () => Promise.resolve(true)],
      ])('canceled by %s, it has no result and runs again', async (_who, cancel) => {
        await comeOnline();
        await core.host.jobStarted('w1', 1);
        await cancel();
        await end(1, 0, jobResult('fail', 'Canceled'));
        expect(await device()).toMatchObject({ health: 'Unknown', lastHealthReportJob: null });
        await core.host.jobStarted('w1', 2);
        await end(2, 0, jobResult('pass'));
        expect(await device()).toMatchObject({ health: 'Good', lastHealthReportJob: 2, lostChecks: 0 });
      });

      test('lost or canceled again and again, it waits longer and longer', async () => {
        await comeOnline();
        const starts: number[] = [];
        for (let id = 1; id <= 4; id += 1) {
          while ((await findJob(db(), id)) === undefined) {
            clock = new Date(clock.getTime() + 1000);
            core.context.events.emit({ kind: 'device', hostname: 'sim-1' });
            await core.settled();
          }
          starts.push(clock.getTime());
          await core.host.jobEnded('w1', id, { errors: '', description: packDescription('') });
          await core.settled();
        }
        const [first = 0] = starts;
        expect(starts.map((start) => (start - first) / 1000)).toEqual([0, 0, 10, 30]);
        expect((await device()).health).toBe('Unknown');
        await setDeviceHealth(core.context, 'sim-1', 'Unknown', 'admin', '');
        await core.settled();
        expect(await job(5)).toMatchObject({ healthCheck: true });
      });

      test('Looping runs it again and again', async () => {
        await setDeviceHealth(core.context, 'sim-1', 'Looping', 'admin', '');
        await comeOnline();
        await core.host.jobStarted('w1', 1);
        await end(1, 0, jobResult('fail', 'Infrastructure'));
        expect((await device()).health).toBe('Looping');
        expect(await job(2)).toMatchObject({ healthCheck: true, state: 'Scheduled' });
      });

      test('it is due again after the configured number of hours', async () => {
        await comeOnline();
        await core.host.jobStarted('w1', 1);
        await end(1, 0, jobResult('pass'));
        expect(await findJob(db(), 2)).toBeUndefined();
        clock = new Date(clock.getTime() + 24 * 3_600_000);
        core.context.events.emit({ kind: 'device', hostname: 'sim-1' });
        await core.settled();
        expect(await job(2)).toMatchObject({ healthCheck: true });
      });

      test('one that is not a valid job makes the device Bad', async () => {
        await core.apply([{ verb: 'update', kind: 'health-check', name: 'sim', fields: { job: 'a: 1' } }]);
        await comeOnline();
        expect((await device()).healthReason).toContain('its health check is not a valid job');
      });
    });
  });
});
