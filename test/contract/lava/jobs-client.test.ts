import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJobsClient, type JobsClient, type LogLine } from '../../../src/lava/index.js';
import { converge, device, deviceType, template, worker } from '../../support/targets/master-changes.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { stockRelease } from '../../support/stock-lava/releases.js';
import { startStockTarget } from '../../support/targets/stock-target.js';

const definition = `
device_type: nothing
job_name: nothing to do
timeouts: {job: {minutes: 2}, action: {minutes: 1}, connection: {minutes: 1}}
visibility: public
priority: medium
actions:
- command: {name: hello}
`;

/** The minimal configuration that LAVA accepts for a device. */
const emptyDevice = `
actions: {deploy: {methods: {}, connections: {}}, boot: {methods: {}, connections: {}}}
commands:
  users:
    hello: {do: "echo hello from the worker", undo: "true"}
    sleep: {do: "sleep 60", undo: "true"}
`;

describe.skipIf(requireOrSkip('stock-lava'))(`the jobs client on stock LAVA ${stockRelease.release}`, () => {
  let stock: Awaited<ReturnType<typeof startStockTarget>>;
  let jobs: JobsClient;
  beforeAll(async () => {
    stock = await startStockTarget();
    jobs = createJobsClient({ url: stock.lava.url, token: stock.lava.token });
    const { outcomes } = await converge(stock.target, [
      template('nothing', emptyDevice),
      deviceType('nothing', { healthChecksDisabled: true }),
      worker('worker-1'),
      device('board-1', {
        deviceType: 'nothing',
        worker: 'worker-1',
        health: 'Maintenance',
        dictionary: "{% extends 'nothing.jinja2' %}\n",
      }),
    ]);
    expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
  });
  afterAll(async () => {
    await stock.stop();
  });

  it('submits a job, shows it waiting, and cancels it', async () => {
    const [id] = await jobs.submit(definition);
    if (id === undefined) throw new Error('no job');
    expect(await jobs.show(id)).toMatchObject({
      id,
      description: 'nothing to do',
      state: 'Submitted',
      deviceType: 'nothing',
      device: null,
      submitter: 'admin',
    });
    expect(await jobs.log(id, 0)).toEqual({ lines: [], next: 0 });
    expect(await jobs.report(id)).toMatchObject({ results: [], failure: null });
    await jobs.cancel(id);
    expect(await jobs.show(id)).toMatchObject({ state: 'Finished', health: 'Canceled' });
  });

  it('reports why LAVA rejects a job', async () => {
    await expect(jobs.submit('job_name: x\n')).rejects.toMatchObject({
      retry: 'never',
      message: expect.stringMatching(/HTTP 400: .*required key/) as string,
    });
    await expect(jobs.show('4711')).rejects.toMatchObject({ retry: 'never', why: 'the job does not exist' });
    await expect(jobs.log('4711', 0)).rejects.toMatchObject({ why: 'the job does not exist' });
    await expect(jobs.cancel('4711')).rejects.toMatchObject({ why: 'the job does not exist' });
  });

  it('follows a job on a genuine worker to its results', async () => {
    await stock.lava.startWorker('worker-1');
    await jobs.setDeviceHealth('board-1', 'Good', 'ready');
    expect(await jobs.devices()).toMatchObject([{ name: 'board-1', health: 'Good', worker: 'worker-1' }]);
    const [id] = await jobs.submit(definition);
    if (id === undefined) throw new Error('no job');
    const lines: LogLine[] = [];
    await expect
      .poll(
        async () => {
          const more = await jobs.log(id, lines.length);
          lines.push(...more.lines);
          return (await jobs.show(id)).state;
        },
        { timeout: 110_000, interval: 500 },
      )
      .toBe('Finished');
    lines.push(...(await jobs.log(id, lines.length)).lines);
    expect(lines).toEqual((await jobs.log(id, 0)).lines);
    expect(lines.map(({ msg }) => String(msg)).join('\n')).toContain('hello from the worker');
    expect(lines.every(({ dt }) => /^\d{4}-\d\d-\d\dT/.test(dt))).toBe(true);
    expect(await jobs.show(id)).toMatchObject({ health: 'Complete', device: 'board-1' });
    expect((await jobs.report(id)).results).toContainEqual({ suite: 'lava', name: 'job', result: 'pass' });
    expect(await jobs.workers()).toContainEqual(
      expect.objectContaining({ name: 'worker-1', state: 'Online', version: stockRelease.release }),
    );
  });

  it('explains why jobs failed on a genuine worker', async () => {
    const ended = async (id: string | undefined) => {
      await expect
        .poll(async () => (await jobs.show(id ?? '')).state, { timeout: 110_000, interval: 500 })
        .toBe('Finished');
      return (await jobs.report(id ?? '')).failure;
    };
    const short = definition.replace('action: {minutes: 1}', 'action: {seconds: 3}');
    const [tooLong] = await jobs.submit(short.replace('name: hello', 'name: sleep'));
    const [invalid] = await jobs.submit(definition.replace('name: hello', 'name: absent'));
    expect(await ended(tooLong)).toMatchObject({
      action: 'user-command (1)',
      message: expect.stringContaining('user-command timed out after 3 seconds') as string,
    });
    expect(await ended(invalid)).toMatchObject({ errorType: 'Job', culprit: 'the job definition' });
  });

  it('sets the health of devices, including retired ones, and of workers', async () => {
    await jobs.setDeviceHealth('board-1', 'Retired', 'broken');
    await jobs.setDeviceHealth('board-1', 'Bad', 'being repaired');
    await jobs.setWorkerHealth('worker-1', 'Maintenance');
    expect(await jobs.devices()).toMatchObject([{ health: 'Bad' }]);
    expect(await jobs.workers()).toContainEqual(
      expect.objectContaining({ name: 'worker-1', health: 'Maintenance' }),
    );
    await expect(jobs.setDeviceHealth('nothing-like-it', 'Good', 'x')).rejects.toMatchObject({
      retry: 'never',
      why: 'the device does not exist',
    });
  });
});
