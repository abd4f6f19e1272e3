import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExternalError, UsageError } from '../../../src/diagnostics/index.js';
import { fetchTemplates, initRepository, openRemoteRepository } from '../../../src/git/index.js';
import {
  isolatedGit,
  makeTestDirectory,
  makeTestRepository,
  testRepositoryAt,
  type TestRepository,
} from '../../support/git/git-repository.js';
import { eventually } from '../../support/until.js';
import { slowness } from '../../support/clocks.js';

let work: TestRepository;
let remote: TestRepository;
let state: string;
const cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  process.env.GIT_CONFIG_GLOBAL = isolatedGit.GIT_CONFIG_GLOBAL;
  state = await makeTestDirectory();
  work = await makeTestRepository();
  remote = testRepositoryAt(join(state, 'remote.git'));
  await work.git('init', '--quiet', '--bare', '--initial-branch=main', remote.directory);
  await work.git('remote', 'add', 'origin', remote.directory);
  await publish('one');
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  await work.remove();
  await testRepositoryAt(state).remove();
});

async function publish(text: string): Promise<string> {
  const revision = await work.commit({ 'lab-config/lab.yaml': text });
  await work.git('push', '--quiet', '--force', 'origin', 'HEAD:main');
  return revision;
}

function options(extra: object = {}): Parameters<typeof openRemoteRepository>[1] {
  return { directory: join(state, 'cache'), branch: 'main', intervalMs: 50, ...extra };
}

describe('a remote over a file URL', () => {
  test('is followed, including forced pushes, which are reported', async () => {
    const rewrites: unknown[] = [];
    const url = `file://${remote.directory}`;
    const lab = await openRemoteRepository(
      url,
      options({ onRewrite: (move: object) => rewrites.push(move) }),
    );
    const first = await lab.head();
    expect((await lab.snapshot(first)).files.size).toBe(1);
    expect(lab.repository).toBe(url);

    const seen: string[] = [];
    const errors: unknown[] = [];
    const stop = await lab.watch(
      (revision) => seen.push(revision),
      (error) => errors.push(error),
    );
    cleanups.push(stop);
    const second = await publish('two');
    await eventually(() => {
      expect(seen).toEqual([second]);
    });
    expect(rewrites).toEqual([]);

    await work.git('reset', '--quiet', '--hard', first);
    const other = await publish('other');
    await eventually(() => {
      expect(seen).toEqual([second, other]);
    });
    expect(rewrites).toEqual([{ from: second, to: other }]);
    expect((await lab.snapshot(second)).files.size).toBe(1);
    expect(errors).toEqual([]);
  });

  test('a missing remote is an error for a person, never an empty lab; it recovers by itself', async () => {
    const lab = await openRemoteRepository(remote.directory, options());
    const first = await lab.head();
    await rename(remote.directory, `${remote.directory}-away`);
    await expect(lab.head()).rejects.toMatchObject({ name: 'ExternalError', retry: 'after-change' });
    expect((await lab.snapshot(first)).files.size).toBe(1);

    const seen: string[] = [];
    const errors: unknown[] = [];
    cleanups.push(
      await lab.watch(
        (revision) => seen.push(revision),
        (error) => errors.push(error),
      ),
    );
    await eventually(() => {
      expect(errors).toHaveLength(1);
    });
    await rename(`${remote.directory}-away`, remote.directory);
    const second = await publish('two');
    await eventually(() => {
      expect(seen).toEqual([second]);
    });
    expect(errors).toHaveLength(1);
  });

  test('a deleted branch is an error that a person must look at', async () => {
    const lab = await openRemoteRepository(remote.directory, options());
    await lab.head();
    await remote.git('update-ref', '-d', 'refs/heads/main');
    await expect(lab.head()).rejects.toMatchObject({ retry: 'after-change' });
    await expect(lab.head()).rejects.toThrow('deleted or renamed');
  });

  test('rejects a branch that is an option or a refspec, and a remote that names a program', async () => {
    for (const branch of ['--upload-pack=x', 'main:refs/heads/x', 'a..b', ''])
      await expect(openRemoteRepository(remote.directory, options({ branch }))).rejects.toBeInstanceOf(
        UsageError,
      );
    await expect(openRemoteRepository('ext::sh -c id', options())).rejects.toBeInstanceOf(UsageError);
  });
});

test('a lock that a killed git left behind does not prevent the next start', async () => {
  const lab = await openRemoteRepository(remote.directory, options());
  await lab.head();
  const locks = ['packed-refs.lock', 'refs/lavaflow/main.lock', 'config.lock'];
  for (const lock of locks) await writeFile(join(state, 'cache', lock), '');
  const second = await publish('two');
  await expect(lab.head()).rejects.toMatchObject({ retry: 'soon' });
  const longAgo = new Date(Date.now() - 3600_000);
  for (const lock of locks) await utimes(join(state, 'cache', lock), longAgo, longAgo);
  const again = await openRemoteRepository(remote.directory, options());
  expect(await again.head()).toBe(second);
});

test('a remote over git:// on loopback; stopping it is an error that is retried soon', async () => {
  const { daemon, port } = await startGitDaemon(state);
  const lab = await openRemoteRepository(`git://127.0.0.1:${port}/remote.git`, options());
  const first = await lab.head();
  expect((await lab.snapshot(first)).files.size).toBe(1);
  await stopProcess(daemon);
  await expect(lab.head()).rejects.toMatchObject({ name: 'ExternalError', retry: 'soon' });
});

test('a remote that accepts connections and never responds does not delay a stop', async () => {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const lab = await openRemoteRepository(`git://127.0.0.1:${port}/remote.git`, options());
  const stop = await lab.watch(
    () => undefined,
    () => undefined,
  );
  const connected = once(server, 'connection');
  const head = lab.head().catch((error: unknown) => error);
  await connected;
  const start = performance.now();
  await stop();
  expect(await head).toBeInstanceOf(ExternalError);
  expect(performance.now() - start).toBeLessThan(2000 * slowness());
});

describe('a remote over http with a password', () => {
  test('uses credentials from the URL or the options, and keeps them out of the clone and of errors', async () => {
    const { server, port } = await startHttpRemote(state, 'me:s3cret');
    cleanups.push(() => closeServer(server));
    const lab = await openRemoteRepository(`http://me:s3cret@127.0.0.1:${port}/remote.git`, options());
    expect(lab.repository).toBe(`http://127.0.0.1:${port}/remote.git`);
    expect((await lab.snapshot(await lab.head())).files.size).toBe(1);
    expect(await readFile(join(state, 'cache', 'config'), 'utf8')).not.toContain('s3cret');
    expect((await stat(join(state, 'cache'))).mode & 0o777).toBe(0o700);

    const other = { directory: join(state, 'other'), credentials: { username: 'me', secret: 'wrong' } };
    const refused = await openRemoteRepository(`http://127.0.0.1:${port}/remote.git`, options(other));
    await expect(refused.head()).rejects.toMatchObject({ retry: 'after-change' });
    const error: unknown = await refused.head().catch((reason: unknown) => reason);
    expect(String(error)).not.toMatch(/wrong|Basic/);
  });
});

describe('device-type templates', () => {
  test('come from a pinned commit of a remote, and are still available without the remote', async () => {
    const commit = await work.commit({
      'share/base.jinja2': 'base',
      'share/deeper/x.jinja2': 'deeper',
      'share/readme.txt': 'x',
    });
    await work.git('push', '--quiet', 'origin', 'HEAD:main');
    await publish('later');
    const source = { git: `file://${remote.directory}`, commit, path: 'share' };
    const expected = [
      ['base.jinja2', { text: 'base', file: `file://${remote.directory}@${commit}:share/base.jinja2` }],
    ];
    expect([...(await fetchTemplates(source, { cache: state }))]).toEqual(expected);
    await rename(remote.directory, `${remote.directory}-away`);
    expect([...(await fetchTemplates(source, { cache: state }))]).toEqual(expected);
    const missing = { ...source, commit: 'f'.repeat(40) };
    await expect(fetchTemplates(missing, { cache: state })).rejects.toBeInstanceOf(ExternalError);
    const branch = { ...source, commit: 'main' };
    await expect(fetchTemplates(branch, { cache: state })).rejects.toBeInstanceOf(UsageError);
  });

  test('come from a directory', async () => {
    await work.write({ 'types/a.jinja2': 'a', 'types/b.txt': 'b', 'types/c/d.jinja2': 'd' });
    const directory = join(work.directory, 'types');
    expect([...(await fetchTemplates({ directory }, { cache: state }))]).toEqual([
      ['a.jinja2', { text: 'a', file: join(directory, 'a.jinja2') }],
    ]);
    const missing = fetchTemplates({ directory: join(state, 'nope') }, { cache: state });
    await expect(missing).rejects.toBeInstanceOf(ExternalError);
  });
});

test('initRepository creates a repository with one commit by the given author', async () => {
  const made = testRepositoryAt(join(state, 'new', 'lab'));
  await made.write({ 'lab-config/lab.yaml': 'x', '.gitignore': '.lavaflow/\n', '.lavaflow/token': 'secret' });
  const author = { name: 'Ada', email: 'ada@example.com' };
  const commit = await initRepository(made.directory, { message: 'Import the lab', author });
  expect(await made.git('log', '--format=%H %an %ae %cn %s %D')).toBe(
    `${commit} Ada ada@example.com Ada Import the lab HEAD -> main\n`,
  );
  expect(await made.git('ls-files')).toBe('.gitignore\nlab-config/lab.yaml\n');
  const again = await initRepository(made.directory, { message: 'Again' });
  expect(await made.git('log', '-1', '--format=%H %an %ae')).toBe(`${again} lavaflow lavaflow@localhost\n`);
});

async function startGitDaemon(base: string): Promise<{ daemon: ChildProcess; port: number }> {
  const port = await freePort();
  const daemon = spawn(
    'git',
    [
      'daemon',
      '--reuseaddr',
      '--export-all',
      '--verbose',
      '--listen=127.0.0.1',
      `--port=${port}`,
      `--base-path=${base}`,
    ],
    { env: { ...process.env, ...isolatedGit }, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  cleanups.push(() => stopProcess(daemon));
  await new Promise<void>((resolve) => {
    daemon.stderr.on('data', (chunk) => {
      if (String(chunk).includes('Ready')) resolve();
    });
  });
  return { daemon, port };
}

/** Kills the whole group: `git daemon` is a child of `git`. */
async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await closeServer(server);
  return port;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** git's own http-backend behind HTTP Basic. */
async function startHttpRemote(root: string, password: string): Promise<{ server: Server; port: number }> {
  const expected = `Basic ${Buffer.from(password).toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="lab"' }).end();
      return;
    }
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...process.env,
        ...isolatedGit,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: path,
        QUERY_STRING: query,
        REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(backend.stdin);
    const chunks: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    backend.on('close', () => {
      const output = Buffer.concat(chunks);
      const end = output.indexOf('\r\n\r\n');
      const headers = output
        .subarray(0, end)
        .toString()
        .split('\r\n')
        .map((line) => line.split(': '));
      for (const [name = '', value = ''] of headers) {
        if (name.toLowerCase() === 'status') response.statusCode = Number(value.slice(0, 3));
        else response.setHeader(name, value);
      }
      response.end(output.subarray(end + 4));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}
