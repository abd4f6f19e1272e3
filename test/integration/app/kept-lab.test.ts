import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isDecidedByFiles } from '../../../src/app/lab/decided-by-files.js';
import { keepLab, readKeptLab, type KeptLab } from '../../../src/app/lab/kept-lab.js';
import { placeOf, type StateDirectory } from '../../../src/app/state/index.js';
import { loadLab, type FileMap } from '../../../src/lab/index.js';
import { startSimulatedMaster } from '../../../src/simulator/index.js';
import { lavaflow } from '../../support/cli/run.js';
import { makeTestRepository } from '../../support/git/git-repository.js';
import { smallLab } from '../../support/lab/small-lab.js';

function filesOf(texts: Readonly<Record<string, string>>): FileMap {
  return new Map(
    Object.entries(texts).map(([path, text]) => [path, { type: 'file', content: Buffer.from(text) }]),
  );
}

const key = { build: 'a build', tree: 'a'.repeat(40) };
const templates = new Map([['base.jinja2', { text: 'a: b\n', file: 'https://example.org@c:base.jinja2' }]]);
const { lab, findings } = loadLab(filesOf(smallLab));
if (lab === null) throw new Error('the small lab is not usable');
const kept: KeptLab = { lab, findings, templates };

let state: StateDirectory;
let file: string;
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-kept-'));
  state = placeOf(directory).state;
  mkdirSync(state.root);
  file = join(state.root, 'cache/lab');
});
afterEach(() => {
  rmSync(join(state.root, '..'), { recursive: true, force: true });
});

describe('a lab that is kept between commands', () => {
  it('is what was read, in a file for its owner alone', async () => {
    await keepLab(state, key, kept);
    expect(await readKeptLab(state, key)).toEqual(kept);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(kept.lab.desired.get('main')?.objects.size).toBeGreaterThan(5);
  });

  it.each([
    ['another tree', { ...key, tree: 'b'.repeat(40) }],
    ['another build', { ...key, build: 'another' }],
    ['code that does not run from a build', { ...key, build: null }],
  ])('is not used for %s', async (_what, other) => {
    await keepLab(state, key, kept);
    expect(await readKeptLab(state, other)).toBeNull();
  });

  it.each<[string, () => void]>([
    ['does not exist', () => undefined],
    ['is empty', () => (writeFileSync(file, ''), undefined)],
    ['is not one of ours', () => (writeFileSync(file, 'null\n{}'), undefined)],
    ['was cut off', () => (truncateSync(file, 500), undefined)],
    [
      'has one byte that changed',
      () => {
        const bytes = readFileSync(file);
        bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
        writeFileSync(file, bytes);
      },
    ],
    ['was followed by more', () => (writeFileSync(file, ' ', { flag: 'a' }), undefined)],
    ['is larger than any lab', () => (truncateSync(file, 1024 ** 3), undefined)],
    ['can be written by others', () => (chmodSync(file, 0o620), undefined)],
    [
      'is a link',
      () => {
        renameSync(file, `${file}.other`);
        symlinkSync(`${file}.other`, file);
      },
    ],
    ['is a named pipe', () => (rmSync(file), execFileSync('mkfifo', ['-m', '600', file]), undefined)],
    ['is a directory', () => (rmSync(file), mkdirSync(file), undefined)],
  ])('is not used if its file %s', async (what, change) => {
    if (what !== 'does not exist') await keepLab(state, key, kept);
    change();
    expect(await readKeptLab(state, key)).toBeNull();
  });

  it('is neither kept nor used where this machine has a layer', async () => {
    await keepLab(state, key, kept);
    mkdirSync(state.layer);
    expect(await readKeptLab(state, key)).toBeNull();
    rmSync(file);
    await keepLab(state, key, kept);
    expect(existsSync(file)).toBe(false);
  });

  it('is not kept if it has errors, which may come from a time limit', async () => {
    const place = { file: 'lab-config/lab.yaml' };
    const finding = { code: 'template-limit', message: 'slow', place };
    await keepLab(state, key, { ...kept, findings: [{ ...finding, severity: 'error' }] });
    expect(existsSync(file)).toBe(false);
    const warned: KeptLab = { ...kept, findings: [{ ...finding, severity: 'warning' }] };
    await keepLab(state, key, warned);
    expect(await readKeptLab(state, key)).toEqual(warned);
  });

  it('is not kept where lavaflow has no state', async () => {
    rmSync(state.root, { recursive: true });
    await keepLab(state, key, kept);
    expect(existsSync(state.root)).toBe(false);
  });
});

it.each([
  ['no source of templates', '', true],
  ['a source that is pinned', `{git: "https://example.org/t.git", commit: ${'c'.repeat(40)}}`, true],
  ['a directory as a source', '{directory: /usr/share/lava-server/device-types}', false],
])('files alone decide what a lab with %s specifies: %s %s', (_what, source, isDecided) => {
  const config = `kind: Lab\nname: small\n${source === '' ? '' : `deviceTypeSources: [${source}]\n`}`;
  expect(isDecidedByFiles(filesOf({ ...smallLab, 'lab-config/lab.yaml': config }))).toBe(isDecided);
});

it('files alone do not decide what a lab without dictionaries specifies', () => {
  const texts = Object.entries(smallLab).filter(([path]) => !path.startsWith('device-dictionaries/'));
  expect(isDecidedByFiles(filesOf(Object.fromEntries(texts)))).toBe(false);
});

it('drift reports the same from a kept lab, notices commits and changes on the master, and trusts no committed one', async () => {
  const master = await startSimulatedMaster({ release: '2023.01' });
  const repository = await makeTestRepository();
  try {
    const config = `kind: Master\nurl: ${master.url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`;
    const texts = Object.fromEntries(
      Object.entries(smallLab).filter(([path]) => !/other|there|w2|board-2/.test(path)),
    );
    await repository.commit({
      ...texts,
      '.gitignore': '.lavaflow/\n',
      'lab-config/masters/main.yaml': config,
      'lab-config/lab.yaml': 'kind: Lab\nname: small\npolicy: {maxUpdateShare: 1}\n',
    });
    const run = (...args: string[]) => lavaflow(repository.directory, args, { LAVA_TOKEN: master.token });
    const drift = async () =>
      JSON.parse((await run('drift', '--format', 'json')).stdout) as { drift: unknown[] };
    expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
    const cache = join(repository.directory, '.lavaflow/cache/lab');
    expect(existsSync(cache)).toBe(false);
    const first = await drift();
    const written = readFileSync(cache);
    expect(first.drift).toEqual([]);
    expect(await drift()).toEqual(first);
    expect(readFileSync(cache)).toEqual(written);

    const worker = master.state.workers.get('w1');
    if (worker === undefined) throw new Error('no w1');
    master.state.workers.set('w1', { ...worker, description: 'drifted' });
    const drifted = await drift();
    expect(drifted.drift).toHaveLength(1);
    rmSync(cache);
    expect(await drift()).toEqual(drifted);

    await repository.commit({ 'workers/w1/worker.yaml': 'kind: Worker\nsite: here\ndescription: drifted\n' });
    const ahead = await run('drift', '--rev', 'HEAD');
    expect(ahead.stdout).toContain('No drift.');
    expect(readFileSync(cache)).not.toEqual(written);

    await repository.git('add', '--force', '.lavaflow/cache/lab');
    await repository.git('commit', '--quiet', '-m', 'cache');
    expect(await run('drift')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is committed') as string,
    });
  } finally {
    await repository.remove();
    await master.stop();
  }
});
