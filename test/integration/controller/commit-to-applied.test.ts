import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reconcileWith, startController, type Controller } from '../../../src/controller/index.js';
import { openLabRepository } from '../../../src/git/index.js';
import { openRecordStore } from '../../../src/records/index.js';
import { createLogger, openStatusFile } from '../../../src/telemetry/index.js';
import { fileMaster, makeFileMaster, readFileMaster } from '../../support/targets/file-master.js';
import {
  isolatedGit,
  makeTestDirectory,
  makeTestRepository,
  type TestRepository,
} from '../../support/git/git-repository.js';
import { readTemplateLab } from '../../support/lab/template-lab.js';
import { slowness } from '../../support/clocks.js';
import { eventually } from '../../support/until.js';

let repository: TestRepository;
let state: string;
let master: string;
let controller: Controller;

beforeEach(async () => {
  process.env.GIT_CONFIG_GLOBAL = isolatedGit.GIT_CONFIG_GLOBAL;
  repository = await makeTestRepository();
  await repository.commit({ 'device-types/a.jinja2': 'a 1', 'device-types/b.jinja2': 'b 1' });
  state = await makeTestDirectory();
  master = join(state, 'master.json');
  await makeFileMaster(master);
  controller = await startController({
    source: await openLabRepository(repository.directory),
    read: (snapshot) => Promise.resolve(readTemplateLab(snapshot)),
    connect: () => Promise.resolve(fileMaster(master)),
    reconcile: reconcileWith(openRecordStore(join(state, 'records'))),
    backOff: { firstMs: 20, maxMs: 100 },
    statusFile: openStatusFile(join(state, 'status.json'), failed),
    log: createLogger({ level: 'silent', pretty: false }).logger,
  });
});
afterEach(async () => {
  await controller.stop();
  await repository.remove();
  await rm(state, { recursive: true });
});

function failed(error: unknown): never {
  throw new Error('the status file was not written', { cause: error });
}

function untilApplied(revision: string): Promise<void> {
  return eventually(() => {
    const status = controller.status().masters.m;
    expect([status?.state, status?.lastApplied?.revision]).toEqual(['idle', revision]);
  });
}

test('a commit is on the master, written and read back, within two seconds', async () => {
  await untilApplied((await repository.git('rev-parse', 'HEAD')).trim());
  const times: number[] = [];
  for (let n = 2; n < 7; n++) {
    const revision = await repository.commit({ 'device-types/a.jinja2': `a ${n}` });
    const start = performance.now();
    await untilApplied(revision);
    times.push(performance.now() - start);
  }
  const { objects, writes } = await readFileMaster(master);
  expect(objects['template/a']?.fields).toEqual({ text: 'a 6' });
  expect(writes.slice(0, 2)).toEqual(['create template/a', 'create template/b']);
  expect(writes.slice(2)).toEqual(Array<string>(5).fill('update template/a'));
  expect(Math.max(...times)).toBeLessThan(2000 * slowness());
});

test('a commit that changes nothing for the master writes nothing', async () => {
  await untilApplied((await repository.git('rev-parse', 'HEAD')).trim());
  await untilApplied(await repository.commit({ 'README.md': 'x' }));
  expect((await readFileMaster(master)).writes).toHaveLength(2);
});

test('a master that is down delays only itself, and gets the newest revision when it is back', async () => {
  await untilApplied((await repository.git('rev-parse', 'HEAD')).trim());
  await rename(master, `${master}.away`);
  await repository.commit({ 'device-types/a.jinja2': 'a 2' });
  await eventually(() => {
    expect(controller.status().masters.m).toMatchObject({ state: 'waiting', error: { retry: 'soon' } });
  });
  const newest = await repository.commit({ 'device-types/a.jinja2': 'a 3' });
  await rename(`${master}.away`, master);
  await untilApplied(newest);
  expect((await readFileMaster(master)).writes.at(-1)).toBe('update template/a');
});

test('what somebody changed on the master is restored when the master is compared again (mode enforce)', async () => {
  await untilApplied((await repository.git('rev-parse', 'HEAD')).trim());
  await fileMaster(master).apply(
    [
      {
        key: 'template/a',
        verb: 'update',
        cause: 'this change',
        object: { kind: 'template', name: 'a', fields: { text: 'by hand' } },
        fields: [],
      },
    ],
    { repository: '', revision: '', fingerprint: '' },
    () => undefined,
  );
  controller.reconcile('m');
  await eventually(async () => {
    expect((await readFileMaster(master)).objects['template/a']?.fields).toEqual({ text: 'a 1' });
  });
  await eventually(() => {
    expect(controller.status().masters.m).toMatchObject({ state: 'idle', drift: ['template/a'] });
  });
});
