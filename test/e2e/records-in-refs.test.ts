/** Several clones of a lab: what was applied is stored in refs of their remote. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { openRecordStore } from '../../src/records/index.js';
import { startSimulatedMaster, type SimulatedMaster } from '../../src/simulator/index.js';
import { testRepositoryAt, type TestRepository } from '../support/git/git-repository.js';
import { lavaflow, startLavaflow, type Outcome } from '../support/cli/run.js';

let master: SimulatedMaster;
let root: string;
let env: Record<string, string>;
beforeEach(async () => {
  master = await startSimulatedMaster({ release: '2023.01' });
  root = mkdtempSync(path.join(tmpdir(), 'lavaflow-refs-'));
  env = { LAVA_TOKEN: master.token };
});
afterEach(async () => {
  await master.stop();
  rmSync(root, { recursive: true });
});

const at = (name: string) => testRepositoryAt(path.join(root, name));
const run = (where: TestRepository, ...args: string[]): Promise<Outcome> =>
  lavaflow(where.directory, args, env);

async function push(from: TestRepository, description: string): Promise<void> {
  await from.commit({
    'workers/rack-1/worker.yaml': `kind: Worker\nsite: here\ndescription: ${description}\n`,
  });
  await from.git('push', '--quiet', 'origin', 'HEAD:main');
}

test('the records of an import are copied for workflow runs, each with its own clone', async () => {
  const lab = at('lab');
  const imported = await lavaflow(
    root,
    ['import', '--master', master.url, '--name', 'main', '--site', 'here', '--no-lava-git', 'lab'],
    env,
  );
  expect(imported).toMatchObject({ code: 0 });
  await testRepositoryAt(root).git('init', '--quiet', '--bare', '--initial-branch=main', 'remote.git');
  await lab.git('remote', 'add', 'origin', path.join(root, 'remote.git'));
  await push(lab, 'one');
  expect(await run(lab, 'apply', '--yes')).toMatchObject({ code: 0 });

  // Copied only once. After that, each clone has access to them.
  expect(await run(lab, 'records', 'copy', '--to', 'git:origin')).toMatchObject({
    code: 0,
    stdout: 'main: copied; from now on, use only --records git:origin\n',
  });
  expect((await run(lab, 'records', 'copy', '--to', 'git:origin')).code).toBe(1);
  env['LAVAFLOW_RECORDS'] = 'git:origin';

  await testRepositoryAt(root).git('clone', '--quiet', 'remote.git', 'first-run');
  expect((await run(at('first-run'), 'plan')).code).toBe(0);
  await push(lab, 'two');
  await at('first-run').git('pull', '--quiet');
  expect((await run(at('first-run'), 'plan')).code).toBe(2);
  expect(await run(at('first-run'), 'apply', '--yes')).toMatchObject({ code: 0 });

  await testRepositoryAt(root).git('clone', '--quiet', 'remote.git', 'second-run');
  expect(await run(at('second-run'), 'apply', '--yes')).toMatchObject({ code: 0 });
  expect((await run(at('second-run'), 'drift')).code).toBe(0);
  const worker = master.state.workers.get('rack-1');
  if (worker === undefined) throw new Error('the worker is not there');
  worker.description = 'by hand';
  expect(await run(lab, 'drift')).toMatchObject({ code: 5 });
  expect(await testRepositoryAt(path.join(root, 'remote.git')).git('show-ref')).toContain(
    'refs/lavaflow/drift/main',
  );
  const since = /since ([-:\d ]+ UTC)/;
  const [, first] = since.exec((await run(lab, 'drift')).stdout) ?? [];
  expect(first).toBeDefined();
  expect(since.exec((await run(at('second-run'), 'drift')).stdout)?.[1]).toBe(first);

  const log = await at('remote.git').git('log', '--format=%s', 'refs/lavaflow/records/main');
  expect(log.match(/^Applied /gm)).toHaveLength(2);
  expect(await at('second-run').git('status', '--porcelain')).toBe('');
});

test('an apply reports at once what it waits for, and JSON stays valid', async () => {
  const lab = at('lab');
  await lavaflow(
    root,
    ['import', '--master', master.url, '--name', 'main', '--site', 'here', '--no-lava-git', 'lab'],
    env,
  );
  const records = openRecordStore(path.join(lab.directory, '.lavaflow', 'records'));
  const apply = await records.withLock('main', 0, async () => {
    const waiting = startLavaflow(lab.directory, ['apply', '--yes', '--format', 'json'], env);
    await expect.poll(waiting.stderrText).toContain('waiting until');
    return waiting;
  });
  const [code] = (await once(apply, 'close')) as [number];
  expect([code, apply.stderrText().trim().split('\n')]).toEqual([
    0,
    [expect.stringContaining(`for process ${process.pid} on `)],
  ]);
  expect(JSON.parse(apply.stdoutText())).toMatchObject({ outcomes: [] });
});

test('an unreachable remote is an error, and nothing is written to the master', async () => {
  const lab = at('lab');
  await lavaflow(
    root,
    ['import', '--master', master.url, '--name', 'main', '--site', 'here', '--no-lava-git', 'lab'],
    env,
  );
  await lab.git('remote', 'add', 'origin', path.join(root, 'nowhere.git'));
  await lab.commit({ 'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\n' });
  const writes = master.history().length;
  const outcome = await run(lab, 'apply', '--yes', '--records', 'git:origin');
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain('nowhere.git');
  expect(master.history()).toHaveLength(writes);
  expect(await run(lab, 'plan', '--records', 'git:upstream')).toMatchObject({ code: 1 });
  expect((await run(lab, 'plan', '--records', 'paper')).stderr).toContain(
    '--records paper is not a valid place',
  );
});
