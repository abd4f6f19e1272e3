import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ExternalError, UsageError } from '../../../src/diagnostics/index.js';
import { bundlePrograms, type Programs } from '../../support/processes/programs.js';
import { startGitHttpServer, type GitHttpServer } from '../../support/git/git-http-server.js';
import { startHttpServer } from '../../support/http-server.js';
import {
  isolatedGit,
  makeTestDirectory,
  testRepositoryAt,
  type TestRepository,
} from '../../support/git/git-repository.js';
import { isThorough } from '../../support/effort.js';
import { openRecords, patientTimes, type RecordsTimes } from '../../support/processes/records.js';
import { describeRecordStore, sampleIntent, sampleRecord } from './record-store.contract.js';

/** A lab with one commit, and the remote that it was pushed to. */
interface LabWithRemote {
  readonly root: string;
  readonly lab: TestRepository;
  readonly remote: TestRepository;
  address(remote?: string, lab?: string): { lab: string; remote: string; workDirectory: string };
  remove(): Promise<void>;
}

const account = { username: 'x-access-token', secret: 'a-secret-token' };
const ref = 'refs/lavaflow/records/main';
const lockRef = 'refs/lavaflow/locks/main';
const lockProcess = 'test/support/processes/lock-process.ts';

async function makeLab(): Promise<LabWithRemote> {
  process.env['GIT_CONFIG_GLOBAL'] = isolatedGit.GIT_CONFIG_GLOBAL;
  const root = await makeTestDirectory();
  const lab = testRepositoryAt(path.join(root, 'lab'));
  const remote = testRepositoryAt(path.join(root, 'server', 'lab.git'));
  await mkdir(lab.directory, { recursive: true });
  await mkdir(remote.directory, { recursive: true });
  await remote.git('init', '--quiet', '--bare', '--initial-branch=main');
  await lab.git('init', '--quiet', '--initial-branch=main');
  await lab.git('remote', 'add', 'origin', `file://${remote.directory}`);
  await lab.commit({ 'lab-config/lab.yaml': 'one' });
  await lab.git('push', '--quiet', 'origin', 'main');
  return {
    root,
    lab,
    remote,
    address: (name = 'origin', directory = lab.directory) => ({
      lab: directory,
      remote: name,
      workDirectory: path.join(root, 'work'),
    }),
    remove: () => testRepositoryAt(root).remove(),
  };
}

/** What somebody else may push instead of a record. */
async function pushFiles({ lab }: LabWithRemote, to: string, files: Record<string, string>): Promise<void> {
  await lab.git('checkout', '--quiet', '--orphan', 'damage');
  await lab.git('rm', '-r', '--quiet', '--cached', '.');
  await lab.git('clean', '-fdq');
  await lab.commit(files);
  await lab.git('push', '--quiet', '--force', 'origin', `HEAD:${to}`);
  await lab.git('checkout', '--quiet', 'main');
  await lab.git('branch', '-D', 'damage', '--quiet');
}

const cleanups: (() => Promise<unknown>)[] = [];

describeRecordStore(
  'records in refs of a remote over a file URL',
  async () => {
    const lab = await makeLab();
    return {
      address: lab.address(),
      damage: (text) => pushFiles(lab, ref, { 'record.json': text }),
      remove: () => lab.remove(),
    };
  },
  isThorough ? { processes: 3, rounds: 3 } : { processes: 2, rounds: 2 },
);

describeRecordStore(
  'records in refs of a remote over HTTP',
  async () => {
    const lab = await makeLab();
    const server = await startGitHttpServer(path.join(lab.root, 'server'), account);
    const url = new URL(`${server.url}/lab.git`);
    url.username = account.username;
    url.password = account.secret;
    return {
      address: lab.address(url.href),
      damage: (text) => pushFiles(lab, ref, { 'record.json': text }),
      remove: async () => {
        await server.stop();
        await lab.remove();
      },
    };
  },
  { processes: 2, rounds: 2, isBrief: !isThorough },
);

describe('records in refs', () => {
  let lab: LabWithRemote;
  let programs: Programs;
  beforeAll(async () => {
    programs = await bundlePrograms([lockProcess]);
  });
  afterAll(() => {
    programs.remove();
  });
  beforeEach(async () => {
    lab = await makeLab();
  });
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
    await lab.remove();
  });

  const writeRecord = async (revision = sampleRecord.revision, address = lab.address()) => {
    const store = openRecords(address);
    await store.withLock('main', 0, () => store.write({ ...sampleRecord, revision }));
  };

  it('have a history that reads as a log of what was applied', async () => {
    const store = openRecords(lab.address());
    await store.withLock('main', 0, async () => {
      await store.writeIntent('main', { ...sampleIntent, revision: sampleRecord.revision });
      await store.write(sampleRecord);
      await store.writeIntent('main', null);
    });
    expect((await lab.remote.git('log', '--format=%s', ref)).trim().split('\n')).toEqual([
      'Nothing is incomplete on main',
      'Applied aaaaaaaaaaaa to main',
      'Start applying aaaaaaaaaaaa to main',
    ]);
    const body = await lab.remote.git('log', '-1', '--format=%an %B', `${ref}~1`);
    expect(body).toContain('Force: moving house\n');
    expect(body).toContain(`Revision: ${sampleRecord.revision}\n`);
    expect((await lab.remote.git('rev-list', '--count', lockRef)).trim()).toBe('1');
    expect(JSON.parse(await lab.remote.git('show', `${lockRef}:lock.json`))).toMatchObject({
      token: 1,
      released: true,
    });
    await lab.remote.git('fsck', '--strict');
    // Nothing is left of the repositories that a task works in.
    expect(await readdir(path.join(lab.root, 'work'))).toEqual([]);
  });

  it('count the holders of the lock', async () => {
    await writeRecord('one');
    await writeRecord('two');
    expect(JSON.parse(await lab.remote.git('show', `${lockRef}:lock.json`))).toMatchObject({ token: 2 });
  });

  it('of two labs in one repository are apart', async () => {
    await lab.lab.commit({ 'labs/b/lab-config/lab.yaml': 'b' });
    const inside = lab.address('origin', path.join(lab.lab.directory, 'labs/b'));
    await writeRecord('of-b', inside);
    expect(await openRecords(lab.address()).read('main')).toBeNull();
    expect((await openRecords(inside).read('main'))?.revision).toBe('of-b');
  });

  it('go to where the clone pushes', async () => {
    await lab.lab.git('remote', 'set-url', 'origin', '/nowhere');
    await lab.lab.git('remote', 'set-url', '--push', 'origin', lab.remote.directory);
    await writeRecord();
    expect(await openRecords(lab.address(lab.remote.directory)).read('main')).toEqual(sampleRecord);
    // As for git, a path is relative to the root of the working tree.
    await lab.lab.git('remote', 'set-url', '--push', 'origin', '../server/lab.git');
    const inside = path.join(lab.lab.directory, 'lab-config');
    for (const address of [lab.address('origin'), lab.address('../server/lab.git')])
      expect(await openRecords(address).read('main')).toEqual(sampleRecord);
    await lab.lab.git('push', '--quiet', 'origin', `HEAD:refs/heads/same`);
    await writeRecord('of-inside', lab.address('../server/lab.git', inside));
    expect((await openRecords(lab.address('origin', inside)).read('main'))?.revision).toBe('of-inside');
  });

  it('require a remote that exists', async () => {
    await expect(openRecords(lab.address('upstream')).read('main')).rejects.toThrow(UsageError);
    await expect(openRecords(lab.address('ext::sh -c true')).read('main')).rejects.toThrow(UsageError);
  });

  describe('whose remote fails', () => {
    let server: GitHttpServer;
    beforeEach(async () => {
      server = await startGitHttpServer(path.join(lab.root, 'server'), account);
      cleanups.push(() => server.stop());
      await lab.lab.git('remote', 'add', 'web', `${server.url}/lab.git`);
      // As actions/checkout leaves it.
      const basic = Buffer.from(`${account.username}:${account.secret}`).toString('base64');
      await lab.lab.git('config', `http.${server.url}/.extraheader`, `AUTHORIZATION: basic ${basic}`);
    });

    const failureOf = async (task: Promise<unknown>): Promise<unknown> =>
      task.then(
        (value) => ({ value }),
        (error: unknown) => error,
      );

    it('use the credentials of the clone', async () => {
      await writeRecord('r', lab.address('web'));
      expect((await openRecords(lab.address('web')).read('main'))?.revision).toBe('r');
    });

    it('that are requested together are read once', async () => {
      await writeRecord('r', lab.address('web'));
      const store = openRecords(lab.address('web'));
      const requests: string[] = [];
      server.fault = ({ method, path: requested }) => {
        requests.push(`${method} ${requested}`);
        return 'pass';
      };
      const [record, intent, suspension] = await Promise.all([
        store.read('main'),
        store.readIntent('main'),
        store.readSuspension('main'),
      ]);
      expect([record?.revision, intent, suspension]).toEqual(['r', null, null]);
      const count = requests.length;
      // What is requested later is read again.
      await writeRecord('later', lab.address());
      expect((await store.read('main'))?.revision).toBe('later');
      expect(requests).toHaveLength(2 * count);
    });

    it.each([
      ['HTML', 200, '<!doctype html><html></html>', 'soon'],
      ['nothing', 200, '', 'soon'],
      ['502', 502, '<html>', 'soon'],
      ['404', 404, '', 'after-change'],
      ['403', 403, 'no', 'after-change'],
    ] as const)('by %s are an error, never "nothing applied yet"', async (_name, status, body, retry) => {
      await writeRecord();
      server.fault = () => ({ status, body });
      const store = openRecords(lab.address('web'));
      for (const task of [
        () => store.read('main'),
        () => store.readIntent('main'),
        () => store.withLock('main', 0, () => Promise.resolve()),
      ]) {
        const failure = await failureOf(task());
        expect(failure).toBeInstanceOf(ExternalError);
        expect(failure).toMatchObject({ retry });
      }
    });

    it('in the middle of reading are an error', async () => {
      await writeRecord();
      server.fault = ({ method }) => (method === 'POST' ? 'lose-answer' : 'pass');
      const failure = await failureOf(openRecords(lab.address('web')).read('main'));
      expect(failure).toMatchObject({ name: 'ExternalError', retry: 'soon' });
    });

    it('by being unavailable, or a disk that is not mounted, are an error', async () => {
      await writeRecord();
      await rename(lab.remote.directory, `${lab.remote.directory}-away`);
      expect(await failureOf(openRecords(lab.address()).read('main'))).toMatchObject({
        retry: 'after-change',
        hint: expect.stringContaining('address') as string,
      });
      await mkdir(lab.remote.directory);
      expect(await failureOf(openRecords(lab.address()).read('main'))).toMatchObject({
        name: 'ExternalError',
      });
      await lab.remote.git('init', '--quiet', '--bare');
      expect(await failureOf(openRecords(lab.address()).read('main'))).toMatchObject({
        name: 'ExternalError',
        why: expect.stringContaining('has no branches') as string,
      });
    });

    it('by rejecting these refs are an error that is not retried and states the reason', async () => {
      await lab.remote.git('config', 'receive.hideRefs', 'refs/lavaflow');
      const refused = await failureOf(writeRecord('r', lab.address('web')));
      expect(refused).toMatchObject({
        name: 'ExternalError',
        retry: 'after-change',
        why: expect.stringContaining('deny updating a hidden ref') as string,
        hint: expect.stringContaining('name another repository') as string,
      });
    });

    it('by redirecting us to another server send it neither credentials nor records', async () => {
      await writeRecord();
      const other = await startHttpServer((_, response) => {
        response.writeHead(500).end();
      });
      const door = await startHttpServer((request, response) => {
        response.writeHead(302, { location: `${other.url}${request.url ?? ''}` }).end();
      });
      cleanups.push(
        () => other.stop(),
        () => door.stop(),
      );
      const url = new URL(`${door.url}/lab.git`);
      url.username = 'me';
      url.password = 'a-secret';
      expect(await failureOf(openRecords(lab.address(url.href)).read('main'))).toMatchObject({
        retry: 'after-change',
        hint: expect.stringContaining('redirects') as string,
      });
      expect([door.requests.length, other.requests]).toEqual([1, []]);
    });

    it('never show the credentials', async () => {
      const url = new URL(`${server.url}/lab.git`);
      url.username = 'me';
      url.password = 'wrong-secret';
      const failure = await failureOf(openRecords(lab.address(url.href)).read('main'));
      expect(failure).toMatchObject({ retry: 'after-change' });
      expect(JSON.stringify(failure) + String(failure)).not.toMatch(/wrong-secret|a-secret-token/);
      server.fault = ({ path: at }) => (at.includes('receive-pack') ? { status: 403, body: 'no' } : 'pass');
      const refused = await failureOf(writeRecord('r', lab.address('web')));
      expect(refused).toMatchObject({ retry: 'after-change' });
      expect(JSON.stringify(refused) + String(refused)).not.toContain('a-secret-token');
    });

    it('to respond are written once', async () => {
      let lostAnswers = 0;
      server.fault = ({ method, path: at }) => {
        if (method !== 'POST' || !at.endsWith('git-receive-pack') || lostAnswers >= 4) return 'pass';
        lostAnswers += 1;
        return 'lose-answer';
      };
      // Lost: the responses to acquiring the lock, to both writes, and to releasing the lock.
      const store = openRecords(lab.address('web'));
      await store.withLock('main', 0, async () => {
        await store.write({ ...sampleRecord, revision: 'one' });
        await store.write({ ...sampleRecord, revision: 'two' });
      });
      expect(lostAnswers).toBe(4);
      expect((await lab.remote.git('log', '--format=%s', ref)).trim().split('\n')).toEqual([
        'Applied two to main',
        'Applied one to main',
      ]);
      expect(JSON.parse(await lab.remote.git('show', `${lockRef}:lock.json`))).toMatchObject({
        released: true,
      });
    });

    it('for a while in the middle continue afterwards, and nothing is lost', async () => {
      const store = openRecords(lab.address('web'));
      await store.withLock('main', 0, async () => {
        await store.write({ ...sampleRecord, revision: 'one' });
        server.fault = () => ({ status: 503, body: '' });
        expect(await failureOf(store.write({ ...sampleRecord, revision: 'two' }))).toMatchObject({
          retry: 'soon',
        });
        server.fault = () => 'pass';
        expect((await store.read('main'))?.revision).toBe('one');
        await store.write({ ...sampleRecord, revision: 'three' });
      });
      expect((await openRecords(lab.address()).read('main'))?.revision).toBe('three');
    });
  });

  describe('under a lock', () => {
    const quick: RecordsTimes = { ttlMs: 5000, renewMs: 1000, pollMs: 20, clockSkewMs: 60_000 };

    /** A process that holds the lock, and writes when it is told to. */
    function startWriter(): { child: ChildProcessWithoutNullStreams; next: () => Promise<string> } {
      const program = programs.fileOf(lockProcess);
      const address = JSON.stringify(lab.address());
      const child = spawn(process.execPath, [program, address, 'write', '5000', '1000', 'theirs'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }) as unknown as ChildProcessWithoutNullStreams;
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      cleanups.push(async () => {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      });
      return { child, next: async () => String((await lines.next()).value) };
    }

    it('that its owner renews stay with it, however long others wait', async () => {
      const writer = startWriter();
      expect(await writer.next()).toBe('held');
      const before = await lab.remote.git('rev-parse', lockRef);
      const other = openRecords(lab.address(), quick);
      await expect(other.withLock('main', 8000, () => Promise.resolve())).rejects.toMatchObject({
        retry: 'soon',
      });
      expect(await lab.remote.git('rev-parse', lockRef)).not.toBe(before);
      writer.child.stdin.write('write\n');
      expect(await writer.next()).toBe('written');
    });

    it('go to others when their owner is suspended, and that owner can no longer write', async () => {
      const writer = startWriter();
      expect(await writer.next()).toBe('held');
      writer.child.kill('SIGSTOP');
      const other = openRecords(lab.address(), quick);
      await other.withLock('main', 30_000, async () => {
        await other.write({ ...sampleRecord, revision: 'ours' });
        writer.child.kill('SIGCONT');
        writer.child.stdin.write('write\n');
        expect(await writer.next()).toContain('another process acquired it');
        await other.write({ ...sampleRecord, revision: 'ours-again' });
      });
      expect((await openRecords(lab.address()).read('main'))?.revision).toBe('ours-again');
      expect(await lab.remote.git('log', '--format=%s', ref)).not.toContain('theirs');
    });

    it('cannot be bypassed, even before the new owner has written anything', async () => {
      const writer = startWriter();
      expect(await writer.next()).toBe('held');
      writer.child.kill('SIGSTOP');
      const other = openRecords(lab.address(), quick);
      await other.withLock('main', 30_000, async () => {
        writer.child.kill('SIGCONT');
        writer.child.stdin.write('write\n');
        expect(await writer.next()).toContain('another process acquired it');
      });
      expect(await openRecords(lab.address()).read('main')).toBeNull();
    });

    it('that take longer to renew than a renewal lasts do not pile up renewals', async () => {
      const renewals = async (): Promise<number> => {
        const text = await lab.remote.git('show', `${lockRef}:lock.json`);
        return (JSON.parse(text) as { renewals: number }).renewals;
      };
      let before = 0;
      // git never pushes within 5 ms.
      await openRecords(lab.address(), { ...quick, renewMs: 5 }).withLock('main', 0, async () => {
        await expect.poll(renewals).toBeGreaterThan(8);
        before = await renewals();
      });
      // One that was in progress when we looked, one when the task ended, and the release.
      expect((await renewals()) - before).toBeLessThanOrEqual(3);
    });

    it('inform their owner when they are lost', async () => {
      const store = openRecords(lab.address(), quick);
      await store.withLock('main', 0, async (lost) => {
        await lab.remote.git('update-ref', '-d', lockRef);
        await expect.poll(() => lost.aborted).toBe(true);
        await expect(store.write(sampleRecord)).rejects.toThrow('another process acquired it');
      });
    });

    it('inform their owner when the remote is unavailable for too long to renew them', async () => {
      const store = openRecords(lab.address(), quick);
      await store.withLock('main', 0, async (lost) => {
        await rename(lab.remote.directory, `${lab.remote.directory}-away`);
        await expect.poll(() => lost.aborted).toBe(true);
      });
    });

    it('that are damaged, and records without their file, are an error', async () => {
      await pushFiles(lab, lockRef, { 'lock.json': '{}' });
      await expect(writeRecord()).rejects.toThrow(
        /the lock is damaged\. Try again, or run git push origin :refs\/lavaflow\/locks\/main while nothing is running/,
      );
      await pushFiles(lab, ref, { 'other.json': '{}' });
      await expect(openRecords(lab.address()).read('main')).rejects.toThrow('it has no record.json');
    });

    it('that are damaged are free when nobody renewed them while we watched', async () => {
      await pushFiles(lab, lockRef, { 'lock.json': '{}' });
      const waits: string[] = [];
      // Long enough to look at the lock many times.
      const other = openRecords(lab.address(), { ...quick, ttlMs: 10_000 });
      await other.withLock(
        'main',
        60_000,
        () => other.write(sampleRecord),
        ({ holder }) => {
          waits.push(holder);
        },
      );
      expect(waits).toEqual(['nobody that is known (the lock is damaged)']);
      expect((await openRecords(lab.address()).read('main'))?.revision).toBe(sampleRecord.revision);
    });

    it('that somebody forged with the highest number can be acquired again and again', async () => {
      const forged = {
        ...{
          format: 'lavaflow-lock',
          version: 1,
          token: Number.MAX_SAFE_INTEGER,
          renewals: 0,
          released: true,
        },
        owner: { host: 'elsewhere', space: 'x', pid: 1, startTime: '1' },
        ...{ takenAt: '2026-01-01T00:00:00.000Z', expiresAt: '2999-01-01T00:00:00.000Z' },
      };
      await pushFiles(lab, lockRef, { 'lock.json': JSON.stringify(forged) });
      await writeRecord('one');
      await writeRecord('two');
      expect((await openRecords(lab.address()).read('main'))?.revision).toBe('two');
      expect(JSON.parse(await lab.remote.git('show', `${lockRef}:lock.json`))).toMatchObject({ token: 2 });
    });

    it('that somebody bypassed with git are rejected', async () => {
      const store = openRecords(lab.address(), patientTimes);
      await store.withLock('main', 0, async () => {
        await store.write(sampleRecord);
        await pushFiles(lab, ref, { 'record.json': 'null\n' });
        await expect(store.write(sampleRecord)).rejects.toThrow('does not hold the lock');
      });
    });
  });
});
