import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExternalError, UsageError } from '../../../src/diagnostics/index.js';
import { countUncommitted, openLabRepository, readWorkingTree } from '../../../src/git/index.js';
import type { FileMap } from '../../../src/lab/index.js';
import {
  isolatedGit,
  makeTestRepository,
  testRepositoryAt,
  writeObject,
  type TestRepository,
} from '../../support/git/git-repository.js';

let repository: TestRepository;
beforeEach(async () => {
  process.env.GIT_CONFIG_GLOBAL = isolatedGit.GIT_CONFIG_GLOBAL;
  repository = await makeTestRepository();
});
afterEach(async () => {
  await repository.remove();
});

/** Everything awkward that a lab repo may contain. */
async function commitOddities(): Promise<void> {
  const { directory } = repository;
  await repository.write({
    'lab-config/lab.yaml': 'kind: Lab\n',
    'device-dictionaries/a\nb.jinja2': 'newline',
    'device-types/-option.jinja2': 'dash',
    'device-types/:(glob)*.jinja2': 'magic',
    'device-types/empty.jinja2': '',
    'device-types/binary.jinja2': new Uint8Array([0, 10, 255, 0]),
    'workers/w/env.yaml': new Uint8Array(5 * 1024 * 1024),
    'src/not-a-lab-file.yaml': 'x',
    'README.md': 'x',
  });
  await symlink('/etc/passwd', join(directory, 'workers', 'w', 'worker.yaml'));
  await symlink('../lab-config', join(directory, 'workers', 'linked-directory'));
  const raw = Buffer.concat([
    Buffer.from(join(directory, 'device-types')),
    Buffer.from([0x2f, 0x66, 0xff, 0x2e, 0x6a]),
  ]);
  await writeFile(raw, 'raw name');
  await repository.commit({});
}

const oddities = [
  ['device-dictionaries/a\nb.jinja2', { type: 'file', content: 'newline' }],
  ['device-types/-option.jinja2', { type: 'file', content: 'dash' }],
  ['device-types/:(glob)*.jinja2', { type: 'file', content: 'magic' }],
  ['device-types/binary.jinja2', { type: 'file', content: '\u0000\n\u00ff\u0000' }],
  ['device-types/empty.jinja2', { type: 'file', content: '' }],
  ['device-types/f\\xff.j', { type: 'file', content: 'raw name' }],
  ['lab-config/lab.yaml', { type: 'file', content: 'kind: Lab\n' }],
  ['workers/linked-directory', { type: 'symlink', target: '../lab-config' }],
  ['workers/w/env.yaml', { type: 'oversized', size: 5 * 1024 * 1024 }],
  ['workers/w/worker.yaml', { type: 'symlink', target: '/etc/passwd' }],
];

function readable(files: FileMap): unknown[] {
  return [...files].map(([path, file]) => [
    path,
    file.type === 'file' ? { type: 'file', content: Buffer.from(file.content).toString('latin1') } : file,
  ]);
}

test('counts the uncommitted files of the lab: changed, staged, new and deleted, and nothing else', async () => {
  const { directory } = repository;
  const files = { 'workers/a.yaml': 'a', 'workers/b.yaml': 'b', 'workers/c.yaml': 'c', 'README.md': 'x' };
  await repository.commit(files);
  expect(await countUncommitted(directory)).toBe(0);
  await repository.write({ 'workers/a.yaml': 'A', 'workers/new\nline.yaml': 'n', 'README.md': 'y' });
  await repository.write({ 'workers/b.yaml': 'B' });
  execFileSync('git', ['add', 'workers/b.yaml'], { cwd: directory, env: { ...process.env, ...isolatedGit } });
  await rm(join(directory, 'workers/c.yaml'));
  expect(await countUncommitted(directory)).toBe(4);
  await rm(join(directory, 'workers'), { recursive: true });
  expect(await countUncommitted(directory)).toBe(0);
});

describe('a snapshot of a commit', () => {
  test('contains the lab directories and nothing else, byte by byte', async () => {
    await commitOddities();
    const lab = await openLabRepository(repository.directory);
    const snapshot = await lab.snapshot('HEAD');
    expect(readable(snapshot.files)).toEqual(oddities);
    expect(snapshot.revision).toBe(await lab.head());
    expect(lab.repository).toBe(repository.directory);
  });

  test('is the same for the working tree', async () => {
    await commitOddities();
    const snapshot = await readWorkingTree(repository.directory);
    expect(readable(snapshot.files)).toEqual(oddities);
    expect(snapshot.revision).toBe('working-tree');
  });

  test('shows a submodule as another kind of entry, and does not read it', async () => {
    await repository.commit({ 'lab-config/lab.yaml': 'x' });
    const inner = await makeTestRepository();
    try {
      await inner.commit({ 'secret.yaml': 'x' });
      const flags = ['-c', 'protocol.file.allow=always'];
      await repository.git(...flags, 'submodule', '--quiet', 'add', inner.directory, 'workers/sub');
      await repository.commit({});
    } finally {
      await inner.remove();
    }
    const lab = await openLabRepository(repository.directory);
    const expected = [
      ['lab-config/lab.yaml', { type: 'file', content: 'x' }],
      ['workers/sub', { type: 'other' }],
    ];
    expect(readable((await lab.snapshot('HEAD')).files)).toEqual(expected);
    expect(readable((await readWorkingTree(repository.directory)).files)).toEqual(expected);
  });

  test('reads any revision of any branch, by name or id', async () => {
    const first = await repository.commit({ 'lab-config/lab.yaml': 'one' });
    await repository.git('tag', '-a', '-m', 'x', 'v1');
    await repository.commit({ 'lab-config/lab.yaml': 'two' });
    const lab = await openLabRepository(repository.directory);
    for (const name of ['v1', 'HEAD~1', first, first.slice(0, 10)]) {
      const snapshot = await lab.snapshot(name);
      expect(snapshot.revision).toBe(first);
      expect(readable(snapshot.files)).toEqual([['lab-config/lab.yaml', { type: 'file', content: 'one' }]]);
    }
  });

  test.each([
    '--output=/tmp/x',
    '-h',
    'HEAD..HEAD',
    'HEAD:lab-config',
    ':/change',
    '',
    'a\nb',
    'nope',
    '^HEAD',
  ])('refuses the revision %j', async (revision) => {
    await repository.commit({ 'lab-config/lab.yaml': 'x' });
    const lab = await openLabRepository(repository.directory);
    await expect(lab.snapshot(revision)).rejects.toBeInstanceOf(UsageError);
  });

  test('a missing commit, a tree instead of a commit, nothing committed: errors, not an empty lab', async () => {
    const empty = await openLabRepository(repository.directory);
    await expect(empty.head()).rejects.toThrow('nothing is committed yet');
    await repository.commit({ 'lab-config/lab.yaml': 'x' });
    const lab = await openLabRepository(repository.directory, { branch: 'gone' });
    await expect(lab.snapshot('f'.repeat(40))).rejects.toBeInstanceOf(ExternalError);
    await expect(lab.head()).rejects.toThrow('the branch gone does not exist');
    const tree = (await repository.git('rev-parse', 'HEAD^{tree}')).trim();
    await expect(lab.snapshot(tree)).rejects.toBeInstanceOf(ExternalError);
  });

  test('a missing object is an error, not a missing file', async () => {
    await repository.commit({ 'lab-config/lab.yaml': 'lost' });
    const id = (await repository.git('rev-parse', 'HEAD:lab-config/lab.yaml')).trim();
    await rm(join(repository.directory, '.git', 'objects', id.slice(0, 2), id.slice(2)));
    const lab = await openLabRepository(repository.directory);
    await expect(lab.snapshot('HEAD')).rejects.toBeInstanceOf(ExternalError);
  });

  test('a tree that contains a name twice is an error', async () => {
    const { directory } = repository;
    const id = Buffer.from(writeObject(directory, 'blob', Buffer.from('x')), 'hex');
    const entry = Buffer.concat([Buffer.from('100644 lab.yaml\0'), id]);
    const inner = writeObject(directory, 'tree', Buffer.concat([entry, entry]));
    const outer = writeObject(
      directory,
      'tree',
      Buffer.concat([Buffer.from('40000 lab-config\0'), Buffer.from(inner, 'hex')]),
    );
    const commit = (await repository.git('commit-tree', '-m', 'x', outer)).trim();
    const lab = await openLabRepository(directory);
    await expect(lab.snapshot(commit)).rejects.toThrow('occurs in it twice');
  });

  test('of a lab in a directory of a repository', async () => {
    await repository.commit({ 'labs/one/lab-config/lab.yaml': 'x', 'lab-config/lab.yaml': 'outer' });
    const directory = join(repository.directory, 'labs', 'one');
    const lab = await openLabRepository(directory);
    const expected = [['lab-config/lab.yaml', { type: 'file', content: 'x' }]];
    expect(readable((await lab.snapshot('HEAD')).files)).toEqual(expected);
    expect(readable((await readWorkingTree(directory)).files)).toEqual(expected);
  });

  test('of a bare repository, and named by its remote without credentials', async () => {
    await repository.commit({ 'lab-config/lab.yaml': 'x' });
    await repository.git('clone', '--quiet', '--bare', '.', 'bare.git');
    const bare = testRepositoryAt(join(repository.directory, 'bare.git'));
    await bare.git('remote', 'set-url', 'origin', 'https://me:s3cret@example.com/lab.git');
    const lab = await openLabRepository(bare.directory);
    expect(lab.repository).toBe('https://example.com/lab.git');
    expect((await lab.snapshot('main')).files.size).toBe(1);
  });

  test('a directory that is not a repository is reported as such', async () => {
    await rm(join(repository.directory, '.git'), { recursive: true });
    const opening = openLabRepository(repository.directory);
    await expect(opening).rejects.toMatchObject({ name: 'ExternalError', retry: 'after-change' });
  });

  test('runs no programs that the repository specifies', async () => {
    const canary = join(repository.directory, 'canary');
    await repository.commit({
      'lab-config/lab.yaml': 'x',
      '.gitattributes': '* filter=evil diff=evil text eol=crlf\n',
      'workers/w/env.yaml': 'a\n',
    });
    const script = `touch ${canary}; cat`;
    for (const name of [
      'core.fsmonitor',
      'core.sshCommand',
      'core.pager',
      'filter.evil.smudge',
      'filter.evil.clean',
      'filter.evil.process',
      'diff.evil.textconv',
      'credential.helper',
    ])
      await repository.git('config', name, script);
    const hooks = join(repository.directory, '.git', 'hooks');
    await mkdir(hooks, { recursive: true });
    for (const hook of ['post-index-change', 'reference-transaction', 'pre-commit']) {
      await writeFile(join(hooks, hook), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    await rm(canary, { force: true });
    const lab = await openLabRepository(repository.directory);
    expect(readable((await lab.snapshot('HEAD')).files)).toEqual([
      ['lab-config/lab.yaml', { type: 'file', content: 'x' }],
      ['workers/w/env.yaml', { type: 'file', content: 'a\n' }],
    ]);
    await readWorkingTree(repository.directory);
    await expect(rm(canary)).rejects.toThrow('ENOENT');
  });

  test('a partial clone reports what is missing, and does not run what its remote specifies', async () => {
    await repository.commit({ 'lab-config/lab.yaml': 'x' });
    await repository.git('config', 'uploadpack.allowFilter', 'true');
    const url = `file://${repository.directory}`;
    await repository.git('clone', '--quiet', '--bare', '--filter=blob:none', url, 'partial.git');
    const partial = testRepositoryAt(join(repository.directory, 'partial.git'));
    const canary = join(repository.directory, 'canary');
    await partial.git('config', 'remote.origin.uploadpack', `touch ${canary}; git-upload-pack`);
    const lab = await openLabRepository(partial.directory);
    await expect(lab.snapshot('main')).rejects.toBeInstanceOf(ExternalError);
    await expect(rm(canary)).rejects.toThrow('ENOENT');
  });
});

describe('the working tree', () => {
  test('leaves out what git ignores, unless it is tracked', async () => {
    await repository.commit({ 'workers/w/tracked.log': 'x', 'lab-config/lab.yaml': 'x' });
    await repository.write({
      '.gitignore': '*.log\n/workers/private/\n',
      'workers/w/new.log': 'x',
      'workers/w/new.yaml': 'x',
      'workers/private/worker.yaml': 'x',
    });
    const { files } = await readWorkingTree(repository.directory);
    expect([...files.keys()]).toEqual(['lab-config/lab.yaml', 'workers/w/new.yaml', 'workers/w/tracked.log']);
  });

  test('can be read without git', async () => {
    await rm(join(repository.directory, '.git'), { recursive: true });
    await repository.write({ 'lab-config/lab.yaml': 'x' });
    expect((await readWorkingTree(repository.directory)).files.size).toBe(1);
  });

  test('a lab directory that is a link is reported as a link, and a socket as another kind of entry', async () => {
    await repository.write({ 'elsewhere/a.jinja2': 'x', 'workers/w/worker.yaml': 'x' });
    await symlink('elsewhere', join(repository.directory, 'device-types'));
    const server = createServer().listen(join(repository.directory, 'workers', 'w', 'socket'));
    await once(server, 'listening');
    const { files } = await readWorkingTree(repository.directory);
    server.close();
    expect(readable(files)).toEqual([
      ['device-types', { type: 'symlink', target: 'elsewhere' }],
      ['workers/w/socket', { type: 'other' }],
      ['workers/w/worker.yaml', { type: 'file', content: 'x' }],
    ]);
  });

  test('a directory that does not exist is an error', async () => {
    const reading = readWorkingTree(join(repository.directory, 'nope'));
    await expect(reading).rejects.toMatchObject({ name: 'ExternalError', retry: 'after-change' });
  });
});

test('10,000 files are read', async () => {
  const lines = ['commit refs/heads/main', 'committer A <a@example.com> 1700000000 +0000', 'data 1', 'x'];
  for (let n = 0; n < 10_000; n++) {
    const text = `{% extends 'type-${n % 50}.jinja2' %}\n{% set connection_command = 'telnet ser ${n}' %}\n`;
    lines.push(`M 100644 inline device-dictionaries/board-${n}.jinja2`, `data ${text.length}`, text);
  }
  const stream = `${lines.join('\n')}\n`;
  const options = {
    cwd: repository.directory,
    env: { ...process.env, ...isolatedGit },
    input: stream,
  };
  execFileSync('git', ['fast-import', '--quiet'], options);
  const lab = await openLabRepository(repository.directory);
  const { files } = await lab.snapshot('main');
  expect(files.size).toBe(10_000);
});
