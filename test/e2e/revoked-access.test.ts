import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeTestRepository, type TestRepository } from '../support/git/git-repository.js';
import { lavaflow, startLavaflow, type RunningLavaflow } from '../support/cli/run.js';
import { exitCode, startUp, type RunningUp } from '../support/cli/running-up.js';
import { slowness } from '../support/clocks.js';
import { until } from '../support/until.js';

const files = {
  'lab-config/lab.yaml': 'kind: Lab\nname: revoked\n',
  'lab-config/masters/embedded.yaml':
    'kind: Master\nembedded: {worker: desk-worker}\nsites: [here]\nmode: warn\n',
  'lab-config/sites/here.yaml': 'kind: Site\nowners: []\n',
  'workers/desk-worker/worker.yaml': 'kind: Worker\nsite: here\n',
  'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\n',
  'workers/rack-2/worker.yaml': 'kind: Worker\nsite: here\n',
  '.gitignore': '.lavaflow/\nsecret/\n',
};

/** With a real dispatcher, over real ZeroMQ. */
describe('the key of a worker that leaves the lab', () => {
  let lab: TestRepository;
  let up: RunningUp;
  const dispatchers: RunningLavaflow[] = [];
  const place = (path: string) => join(lab.directory, path);
  const isOnline = async (name: string) =>
    (await up.client.workers()).find((worker) => worker.name === name)?.state === 'Online';

  async function startDispatcher(name: string): Promise<void> {
    const endpoint = JSON.parse(readFileSync(place('.lavaflow/endpoint.json'), 'utf8')) as Record<
      string,
      string
    >;
    const { control = '', logs = '', certificateFile = '' } = endpoint;
    const ends = ['--control', control, '--logs', logs, '--master-certificate', certificateFile];
    const own = [
      '--state',
      place(`.lavaflow/state-${name}`),
      '--certificate',
      place(`secret/${name}.key_secret`),
    ];
    dispatchers.push(startLavaflow(lab.directory, ['dispatcher', '--hostname', name, ...ends, ...own]));
    await until(`${name} is online`, () => isOnline(name));
  }

  beforeAll(async () => {
    lab = await makeTestRepository();
    await lab.commit(files);
    mkdirSync(place('secret'));
    for (const name of ['rack-1', 'rack-2']) {
      expect((await lavaflow(lab.directory, ['certs', 'create', name, '--dir', 'secret'])).code).toBe(0);
      const key = readFileSync(place(`secret/${name}.key`), 'utf8');
      await lab.commit({ [`workers/${name}/certificate.key`]: key });
    }
    up = await startUp(lab.directory);
    await startDispatcher('rack-1');
    await startDispatcher('rack-2');
  });
  afterAll(async () => {
    for (const child of dispatchers) child.kill('SIGTERM');
    for (const child of dispatchers) await exitCode(child);
    await up.stop();
    await lab.remove();
  });

  test('is revoked within seconds: the plan states it, and the connection is closed', async () => {
    rmSync(place('workers/rack-1/certificate.key'));
    const plan = await lavaflow(lab.directory, ['plan', '--master', 'embedded']);
    expect(plan.code).toBe(2);
    expect(plan.stdout).toContain(
      '~ update worker/rack-1: the lab does not declare certificate; the master no longer admits the worker\n',
    );
    await lab.commit({}, 'Remove the key of rack-1');
    await until('rack-1 is offline', async () => !(await isOnline('rack-1')), 5000 * slowness());
    await until('its connection is closed, and no new one is admitted', () =>
      (dispatchers[0]?.stderrText() ?? '').includes('the master does not admit this worker'),
    );
    expect(await isOnline('rack-2')).toBe(true);
    const after = await lavaflow(lab.directory, ['plan', '--master', 'embedded']);
    expect(after).toMatchObject({ code: 0 });
    expect(after.stdout).toContain('Nothing to do.');
  });

  test('is revoked with the whole worker, even if the policy only reports objects that left', async () => {
    rmSync(place('workers/rack-2'), { recursive: true });
    await lab.commit({}, 'Remove rack-2');
    await until('rack-2 is offline', async () => !(await isOnline('rack-2')), 5000 * slowness());
    const after = await lavaflow(lab.directory, ['plan', '--master', 'embedded']);
    expect(after.stdout).toContain('! report worker/rack-2: it left the lab');
    expect(after.stdout).toContain('Nothing to do; 1 reported.');
  });

  test('admits the worker again when it returns to the lab', async () => {
    const key = readFileSync(place('secret/rack-1.key'), 'utf8');
    await lab.commit({ 'workers/rack-1/certificate.key': key }, 'Return the key of rack-1');
    await until('rack-1 is online', () => isOnline('rack-1'));
  });
});
