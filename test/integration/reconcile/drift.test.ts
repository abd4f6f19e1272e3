import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { reconcileWith } from '../../../src/controller/index.js';
import { ExternalError, UsageError } from '../../../src/diagnostics/index.js';
import { commitToBranch, openLabRepository } from '../../../src/git/index.js';
import { loadLab, writeBack } from '../../../src/lab/index.js';
import type { FieldValue, Lab, ObjectKey } from '../../../src/model/index.js';
import { driftItems, noConsents, pendingChanges } from '../../../src/plan/index.js';
import { detectDrift, reconcile, rememberDrift } from '../../../src/reconcile/index.js';
import { openDriftMemory } from '../../../src/records/index.js';
import { isolatedGit, makeTestRepository, type TestRepository } from '../../support/git/git-repository.js';
import { memoryRecords, modelMaster, setField } from '../../support/targets/model-master.js';
import { smallLab } from '../../support/lab/small-lab.js';

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
  ['template/lonely', 'text', 'board_id: "2"\n'],
  [
    'health-check/board',
    'job',
    'job_name: new\ntimeouts: {job: {minutes: 9}}\nvisibility: public\nactions: []\n',
  ],
  ['worker/w1', 'env', 'overrides: {A: c}\n'],
  ['worker/w1', 'jobLimit', 1],
];

test('manual changes are committed to a branch, and no longer drift once the branch is merged', async () => {
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
  await commitToBranch(repository.directory, {
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

test('one branch is maintained: unchanged without changes, moved with the drift, left alone after foreign commits', async () => {
  const base = (await repository.git('rev-parse', 'HEAD')).trim();
  const branch = 'lavaflow/drift-main';
  const commit = (files: [string, string | null][], on = base, push?: string) =>
    commitToBranch(repository.directory, { base: on, branch, message: 'x', files: new Map(files), push });
  const one: [string, string | null][] = [['workers/w1/env.yaml', null]];
  expect(await commit([])).toMatchObject({ state: 'none', commit: null });
  const first = await commit(one);
  expect(first).toMatchObject({ branch, state: 'new', remote: null });
  expect(await repository.git('ls-tree', '--name-only', branch, 'workers/w1/')).toBe(
    'workers/w1/worker.yaml\n',
  );
  expect(await commit(one)).toMatchObject({ state: 'unchanged', commit: first.commit });
  expect(await repository.git('for-each-ref', '--format=%(refname)')).toBe(
    'refs/heads/lavaflow/drift-main\nrefs/heads/main\n',
  );
  expect(await commit([])).toMatchObject({ state: 'old', commit: first.commit });

  const second = await commit([...one, ['new.yaml', 'a: 1\n']]);
  expect(second.state).toBe('moved');
  expect((await repository.git('rev-parse', `${branch}^`)).trim()).toBe(base);

  // The lab moved on: the branch follows.
  await repository.commit({ 'README.md': 'more\n' });
  const next = (await repository.git('rev-parse', 'HEAD')).trim();
  expect(await commit(one, next)).toMatchObject({ state: 'moved' });

  await repository.git('checkout', '-q', branch);
  await expect(commit([['new.yaml', 'a: 2\n']], next)).rejects.toThrow(/is checked out/);
  await repository.git('commit', '-q', '--allow-empty', '--amend', '-m', 'reworded, and the mark is gone');
  await repository.git('checkout', '-q', 'main');
  const theirs = (await repository.git('rev-parse', branch)).trim();
  expect(await commit(one, next)).toMatchObject({ state: 'taken', commit: theirs });
  expect((await repository.git('rev-parse', branch)).trim()).toBe(theirs);

  await repository.git('merge', '-q', '--no-ff', '-m', 'merged', branch);
  const merged = (await repository.git('rev-parse', 'HEAD')).trim();
  expect(await commit([['new.yaml', 'a: 3\n']], merged)).toMatchObject({ state: 'moved' });

  for (const name of ['-x', 'a..b', 'a b', 'a/', 'x.lock', '@{-1}', 'HEAD', 'a//b', '', 'a\nb']) {
    const options = { base, branch: name, message: 'x', files: new Map(one) };
    await expect(commitToBranch(repository.directory, options)).rejects.toThrow(UsageError);
  }
});

test('the branch of a remote is maintained from clones that do not have it', async () => {
  const bare = join(state, 'remote.git');
  await repository.git('clone', '-q', '--bare', repository.directory, bare);
  const base = (await repository.git('rev-parse', 'HEAD')).trim();
  const clone = async (name: string) => {
    await repository.git('clone', '-q', '--depth=1', `file://${bare}`, join(state, name));
    return join(state, name);
  };
  const commit = (directory: string, text: string | null) =>
    commitToBranch(directory, {
      ...{ base, branch: 'drift', message: 'x', push: 'origin' },
      files: new Map(text === null ? [] : [['a.yaml', text]]),
    });
  const first = await commit(await clone('one'), 'a: 1\n');
  expect(first).toMatchObject({ state: 'new', remote: `file://${bare}` });
  expect(await commit(await clone('two'), 'a: 1\n')).toMatchObject({
    state: 'unchanged',
    commit: first.commit,
  });
  const third = await clone('three');
  expect(await commit(third, 'a: 2\n')).toMatchObject({ state: 'moved' });
  expect(await repository.git('--git-dir', bare, 'show', 'drift:a.yaml')).toBe('a: 2\n');
  expect(await repository.git('-C', third, 'for-each-ref', '--format=%(refname)', 'refs/heads')).toBe(
    'refs/heads/main\n',
  );
  expect(await commit(third, null)).toMatchObject({ state: 'old' });
  await expect(
    commitToBranch(third, { base, branch: 'drift', message: 'x', files: new Map(), push: 'elsewhere' }),
  ).rejects.toThrow(/no remote elsewhere/);
});

test('a lab below the root of its repository is edited there, and executable files stay executable', async () => {
  const lab = join(repository.directory, 'lab');
  await repository.commit({ 'lab/workers/w1/env.yaml': 'a: 1\n' });
  await repository.git('update-index', '--chmod=+x', 'lab/workers/w1/env.yaml');
  await repository.git('commit', '-q', '-m', 'executable');
  await commitToBranch(lab, {
    base: (await repository.git('rev-parse', 'HEAD')).trim(),
    branch: 'b',
    message: 'ünïcode\n\n- body',
    files: new Map([['workers/w1/env.yaml', 'ä: 2\n']]),
  });
  expect(await repository.git('show', 'b:lab/workers/w1/env.yaml')).toBe('ä: 2\n');
  expect(await repository.git('ls-tree', 'b', 'lab/workers/w1/env.yaml')).toMatch(/^100755 /);
  const tree = (await repository.git('rev-parse', 'b^{tree}')).trim();
  expect(await repository.git('log', '-1', '--format=%B%an <%ae>', 'b')).toBe(
    `ünïcode\n\n- body\n\nLavaflow-Tree: ${tree}\nlavaflow <lavaflow@localhost>\n`,
  );
  await promisify(execFile)('git', ['fsck', '--strict'], { cwd: lab });
});

test('the times since when objects drift are stored in a file, for both the command and the controller', async () => {
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
  const { seen, putBack } = await memory.read('main');
  expect(seen).toEqual([]);
  expect(putBack).toMatchObject([{ key: 'worker/w1', field: 'jobLimit', times: 1 }]);

  await writeFile(file, '{"format": "lavaflow-drift-memory"}');
  await expect(memory.read('main')).rejects.toThrow(ExternalError);
  expect(await readFile(file, 'utf8')).toContain('lavaflow-drift-memory');
});
