import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slowness } from '../../support/clocks.js';
import { reconcileWith, startController, type Controller } from '../../../src/controller/index.js';
import { initRepository, openLabRepository } from '../../../src/git/index.js';
import { loadLab } from '../../../src/lab/index.js';
import { createMasterTarget } from '../../../src/lava/index.js';
import { startMaster, type RunningMaster } from '../../../src/master/index.js';
import { openRecordStore } from '../../../src/records/index.js';
import { createLogger } from '../../../src/telemetry/index.js';
import {
  isolatedGit,
  makeTestDirectory,
  testRepositoryAt,
  type TestRepository,
} from '../../support/git/git-repository.js';
import { eventually } from '../../support/until.js';

/** The sample lab, the embedded master and the controller, all real, in one process. */
let directory: string;
let repository: TestRepository;
let master: RunningMaster;
let controller: Controller;
let token: string;

beforeAll(async () => {
  process.env.GIT_CONFIG_GLOBAL = isolatedGit.GIT_CONFIG_GLOBAL;
  directory = await makeTestDirectory();
  repository = testRepositoryAt(join(directory, 'lab'));
  for (const name of ['lab-config', 'device-types', 'device-dictionaries', 'workers']) {
    await cp(name, join(repository.directory, name), { recursive: true });
  }
  await initRepository(repository.directory, { message: 'Add the sample lab' });
  const log = createLogger({ level: 'warn', pretty: true }).logger;
  const loopback = { host: '127.0.0.1', port: 0 };
  master = await startMaster({
    stateDir: join(directory, 'master'),
    http: loopback,
    control: loopback,
    logs: loopback,
    log,
  });
  token = (await readFile(master.reconcilerTokenFile, 'utf8')).trim();
  controller = await startController({
    source: await openLabRepository(repository.directory),
    read: ({ revision, files }) => Promise.resolve({ revision, ...loadLab(files) }),
    connect: ({ address }) =>
      Promise.resolve('embedded' in address ? createMasterTarget({ url: master.url, token }) : null),
    reconcile: reconcileWith(openRecordStore(join(directory, 'records'))),
    log,
  });
});

afterAll(async () => {
  await controller.stop();
  await master.stop();
  await rm(directory, { recursive: true });
});

function embeddedName(): string {
  const found = Object.entries(controller.status().masters).find(([, { url }]) => url === master.url);
  return found?.[0] ?? '';
}

function untilApplied(revision: string): Promise<void> {
  return eventually(() => {
    const status = controller.status().masters[embeddedName()];
    expect(status?.problems ?? []).toEqual([]);
    expect([status?.state, status?.lastApplied?.revision]).toEqual(['idle', revision]);
  });
}

async function dictionaryOf(device: string): Promise<string> {
  const response = await fetch(`${master.url}/api/v0.2/devices/${device}/dictionary/`, {
    headers: { authorization: `Token ${token}` },
  });
  return response.text();
}

test('a commit to a device dictionary is on the master within two seconds', async () => {
  await untilApplied((await repository.git('rev-parse', 'HEAD')).trim());
  const [first = ''] = (await repository.git('ls-files', 'device-dictionaries/*.jinja2')).split('\n');
  const device = first.replace(/^.*\/|\.jinja2$/g, '');
  const text = await readFile(join(repository.directory, first), 'utf8');
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const revision = await repository.commit({ [first]: `${text}{# change ${n} #}\n` });
    const start = performance.now();
    await untilApplied(revision);
    times.push(Math.round(performance.now() - start));
    expect(await dictionaryOf(device)).toContain(`change ${n}`);
  }
  process.stderr.write(`commit to applied: ${times.join(', ')} ms\n`);
  expect(Math.max(...times)).toBeLessThan(2000 * slowness());
});

test('a broken dictionary is a finding at its place, and everything else is applied', async () => {
  const [first = '', second = ''] = (await repository.git('ls-files', 'device-dictionaries/*.jinja2')).split(
    '\n',
  );
  const text = await readFile(join(repository.directory, second), 'utf8');
  const revision = await repository.commit({
    [first]: "{% extends 'no-such-type.jinja2' %}\n{% set x = %}\n",
    [second]: `${text}{# beside a broken one #}\n`,
  });
  await untilApplied(revision);
  expect(controller.status().state).toBe('invalid');
  expect(controller.status().findings).toContainEqual(
    expect.objectContaining({
      severity: 'error',
      place: expect.objectContaining({ file: first }) as unknown,
    }),
  );
  expect(await dictionaryOf(second.replace(/^.*\/|\.jinja2$/g, ''))).toContain('beside a broken one');
  expect(await dictionaryOf(first.replace(/^.*\/|\.jinja2$/g, ''))).toContain('change 4');
});

test('no lab at all in a commit changes nothing on the master', async () => {
  await repository.git('rm', '-r', '--quiet', 'lab-config', 'device-types', 'device-dictionaries', 'workers');
  const before = controller.status().masters[embeddedName()];
  const revision = await repository.commit({ 'README.md': 'nothing here' });
  await eventually(() => {
    expect(controller.status()).toMatchObject({ state: 'unusable', revision });
  });
  expect(controller.status().masters[embeddedName()]).toEqual(before);
  await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  await untilApplied((await repository.git('rev-parse', 'HEAD')).trim());
});
