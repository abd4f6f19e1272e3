import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { reconcileWith } from '../../../src/controller/index.js';
import { ExternalError, UsageError } from '../../../src/diagnostics/index.js';
import { commitToNewBranch, freeBranchName, openLabRepository } from '../../../src/git/index.js';
import { loadLab, writeBack } from '../../../src/lab/index.js';
import type { FieldValue, Lab, ObjectKey } from '../../../src/model/index.js';
import { driftItems, noConsents, pendingChanges } from '../../../src/plan/index.js';
import { detectDrift, reconcile, rememberDrift } from '../../../src/reconcile/index.js';
import { openDriftMemory } from '../../../src/records/index.js';
import { isolatedGit, makeTestRepository, type TestRepository } from '../../support/git-repository.js';
import { memoryRecords, modelMaster, setField } from '../../support/model-master.js';
import { smallLab } from '../../support/small-lab.js';

const board = `{% extends 'board.jinja2' %}
{% set sync_to_lava = {
  "device_type": "board",
  "worker": "w1",
  "tags": ["usb"],
} %}
`;
const texts = {
  ...smallLab,
  'device-dictionaries/board-1.jinja2': board,
  'device-dictionaries/lonely-1.yaml':
    '# alone\nkind: Device\ndescription: on the shelf # top\ntags:\n  - a\n  - b # why\n',
  'workers/w1/env.yaml': 'overrides: {A: b}\n',
  'workers/w1/worker.yaml': 'kind: Worker\nsite: here\ndescription: first\njobLimit: 4\n',
};

let repository: TestRepository;
let state: string;
const master = modelMaster();
const records = memoryRecords();

beforeEach(async () => {
  for (const [name, value] of Object.entries(isolatedGit)) vi.stubEnv(name, value);
  repository = await makeTestRepository();
  state = await mkdtemp(join(tmpdir(), 'lavaflow-test-'));
  await repository.commit({ ...texts, 'README.md': 'mine\n' });
  master.rows.clear();
  records.record = null;
  records.intent = null;
  await apply('HEAD');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await repository.remove();
  await rm(state, { recursive: true, force: true });
});

async function labAt(revision: string): Promise<{ lab: Lab; revision: string }> {
  const snapshot = await (await openLabRepository(repository.directory)).snapshot(revision);
  const { lab } = loadLab(snapshot.files);
  if (lab === null) throw new Error('no lab');
  return { lab, revision: snapshot.revision };
}

async function requestFor(revision: string) {
  const { lab, revision: commit } = await labAt(revision);
  const desired = lab.desired.get('main');
  if (desired === undefined) throw new Error('no master');
  const { policy } = lab;
  const consents = noConsents;
  return {
    ...{ target: master, desired, records, consents, mode: desired.master.mode },
    policy: { ...policy, maxUpdateShare: 1, maxRemoveShare: 1 },
    revision: { repository: repository.directory, revision: commit },
  };
}

async function apply(revision: string) {
  return await reconcile(await requestFor(revision));
}

const byHand: [ObjectKey, string, FieldValue][] = [
  ['device/board-1', 'tags', ['hdmi', 'usb']],
  ['device/lonely-1', 'tags', ['b', 'c']],
  ['device/lonely-1', 'description', 'in use'],
  ['device-type/board', 'description', 'the board'],
  ['template/lonely', 'text', 'x: 2\n'],
  [
    'health-check/board',
    'job',
    'job_name: new\ntimeouts: {job: {minutes: 9}}\nvisibility: public\nactions: []\n',
  ],
  ['worker/w1', 'env', 'overrides: {A: c}\n'],
  ['worker/w1', 'jobLimit', 1],
];

test('what was changed by hand is committed to a branch, and nothing of it drifts once the branch is merged', async () => {
  for (const [key, field, value] of byHand) setField(master, key, field, value);
  const request = await requestFor('HEAD');
  const { plan } = await detectDrift(request);
  const items = driftItems(plan);
  expect(items).toHaveLength(byHand.length);

  const base = plan.revision;
  const source = await openLabRepository(repository.directory);
  const outcome = writeBack((await source.snapshot(base)).files, items, {
    master: 'main',
    stored: (object) => master.normalise(object),
  });
  expect(outcome.left).toEqual([]);
  await writeFile(join(repository.directory, 'README.md'), 'not committed yet\n');
  await repository.git('add', 'README.md');
  await commitToNewBranch(repository.directory, {
    base,
    branch: 'lavaflow/drift',
    message: 'Take it over',
    files: outcome.files,
  });

  // Neither the working tree, nor the index, nor the branch moved.
  expect((await repository.git('rev-parse', 'HEAD')).trim()).toBe(base);
  expect(await repository.git('status', '--porcelain')).toBe('M  README.md\n');
  expect((await repository.git('diff', '--name-only', base, 'lavaflow/drift')).split('\n').sort()).toEqual([
    '',
    'device-dictionaries/board-1.jinja2',
    'device-dictionaries/lonely-1.yaml',
    'device-types/board.health-check.yaml',
    'device-types/board.yaml',
    'device-types/lonely.jinja2',
    'workers/w1/env.yaml',
    'workers/w1/worker.yaml',
  ]);
  expect(await repository.git('show', 'lavaflow/drift:device-dictionaries/lonely-1.yaml')).toBe(
    '# alone\nkind: Device\ndescription: in use # top\ntags:\n  - b # why\n  - c\n',
  );

  const after = await detectDrift(await requestFor('lavaflow/drift'));
  expect(driftItems(after.plan)).toEqual([]);
  expect(
    pendingChanges(after.plan).map(({ key, fields }) => [key, fields.map(({ field }) => field)]),
  ).toEqual([['device/board-1', ['dictionary']]]);
  expect(outcome.follows).toEqual([{ key: 'device/board-1', field: 'dictionary' }]);
  await apply('lavaflow/drift');
  expect(pendingChanges((await detectDrift(await requestFor('lavaflow/drift'))).plan)).toEqual([]);
});

test('a branch that is there is never moved', async () => {
  const base = (await repository.git('rev-parse', 'HEAD')).trim();
  const files = new Map([['workers/w1/env.yaml', null]]);
  const commit = (branch: string) =>
    commitToNewBranch(repository.directory, { base, branch, message: 'x', files });
  const { branch } = await commit(await freeBranchName(repository.directory, 'lavaflow/drift'));
  expect(branch).toBe('lavaflow/drift');
  expect(await repository.git('ls-tree', '--name-only', 'lavaflow/drift', 'workers/w1/')).toBe(
    'workers/w1/worker.yaml\n',
  );
  await expect(commit('lavaflow/drift')).rejects.toThrow(UsageError);
  expect(await freeBranchName(repository.directory, 'lavaflow/drift')).toBe('lavaflow/drift-2');
  for (const name of ['-x', 'a..b', 'a b', 'a/', 'x.lock', '@{-1}', 'HEAD', 'a//b', '', 'a\nb'])
    await expect(commit(name)).rejects.toThrow(UsageError);
});

test('a lab below the root of its repository is edited there, and executable files stay so', async () => {
  const lab = join(repository.directory, 'lab');
  await repository.commit({ 'lab/workers/w1/env.yaml': 'a: 1\n' });
  await repository.git('update-index', '--chmod=+x', 'lab/workers/w1/env.yaml');
  await repository.git('commit', '-q', '-m', 'executable');
  await commitToNewBranch(lab, {
    base: (await repository.git('rev-parse', 'HEAD')).trim(),
    branch: 'b',
    message: 'ünïcode\n\n- body',
    files: new Map([['workers/w1/env.yaml', 'ä: 2\n']]),
  });
  expect(await repository.git('show', 'b:lab/workers/w1/env.yaml')).toBe('ä: 2\n');
  expect(await repository.git('ls-tree', 'b', 'lab/workers/w1/env.yaml')).toMatch(/^100755 /);
  expect(await repository.git('log', '-1', '--format=%B%an <%ae>', 'b')).toBe(
    'ünïcode\n\n- body\nlavaflow <lavaflow@localhost>\n',
  );
  await promisify(execFile)('git', ['fsck', '--strict'], { cwd: lab });
});

test('since when things drift is kept in a file, for the command and the controller alike', async () => {
  const memory = openDriftMemory(join(state, 'records'));
  setField(master, 'worker/w1', 'jobLimit', 1);
  const { plan } = await detectDrift(await requestFor('HEAD'));
  const first = new Date('2026-01-01T00:00:00Z');
  const [item] = await rememberDrift(memory, plan, [], first);
  expect(item).toMatchObject({ key: 'worker/w1', field: 'jobLimit', since: first.toISOString() });
  const file = join(state, 'records/main.drift.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const { lab, revision } = await labAt('HEAD');
  const run = reconcileWith(records, memory);
  const desired = lab.desired.get('main');
  if (desired === undefined) throw new Error('no master');
  const common = { target: master, lab, repository: '', revision, signal: new AbortController().signal };
  expect(await run({ ...common, desired })).toMatchObject({
    drift: ['worker/w1'],
    isDriftAlarming: true,
    driftSince: { 'worker/w1': first.toISOString() },
  });

  const enforced = { ...desired, master: { ...desired.master, mode: 'enforce' as const } };
  await run({ ...common, desired: enforced });
  expect(await memory.read('main')).toEqual([]);

  await writeFile(file, '{"format": "lavaflow-drift-memory"}');
  await expect(memory.read('main')).rejects.toThrow(ExternalError);
  expect(await readFile(file, 'utf8')).toContain('lavaflow-drift-memory');
});
