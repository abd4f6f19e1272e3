/**
 * Records in refs of a git remote (docs/records.md). One master has
 * - `refs/lavaflow/records/<master>`: commits with `record.json`; `intent.json` while an apply is in progress; and
 *   `suspension.json` if somebody has suspended the master. Each write is a commit on top of the last one: the history is a log of what was applied;
 * - `refs/lavaflow/locks/<master>`: which process may write (take-lock.ts, session.ts).
 */
import {
  intentFromText,
  intentToText,
  recordFromText,
  recordToText,
  suspensionFromText,
  suspensionToText,
  type RecordStore,
} from '../../reconcile/index.js';
import { findRemote, labPrefix } from './find-remote.js';
import type { LockTimes } from './lock-text.js';
import { describeBegin, describeRecord, describeSettled, describeSuspended } from './messages.js';
import { fetchRefs, listRefs, restless } from './record-remote.js';
import { startSession, type Session } from './session.js';
import { takeLock, type LockSight } from './take-lock.js';
import { damaged, hasCommit, readCommit, withWorkspace, type CommitFiles } from './workspace.js';

export interface RecordRefOptions {
  /** The lab's clone, with its remotes and its credentials for them. */
  readonly lab: string;
  /** The name of a remote of the clone, or a URL. */
  readonly remote: string;
  /** For temporary repositories, one per task; created if it does not exist. */
  readonly workDirectory: string;
  /** For tests; default: a lock expires after 120 s and is renewed every 30 s. */
  readonly lockTimes?: LockTimes;
}

const usualTimes: LockTimes = { ttlMs: 120_000, renewMs: 30_000, pollMs: 2_000, clockSkewMs: 60_000 };
const recordFile = 'record.json';
const intentFile = 'intent.json';
const suspensionFile = 'suspension.json';
/** A writer moves the ref at most every few seconds. */
const mostLooks = 10;
/** Used instead of a record before the first one is written. */
const nothingYet = 'null\n';

export function openRecordRefs(options: RecordRefOptions): RecordStore {
  const times = options.lockTimes ?? usualTimes;
  const held = new Map<string, Session>();
  const sights = new Map<string, LockSight>();
  /** The last record that was read, by commit: callers read a record and its intent one after the other. */
  let last: { readonly commit: string; readonly files: CommitFiles } | null = null;
  /** Reads that have not begun. */
  const requests = new Map<string, Promise<CommitFiles>>();
  let place: Promise<{ remote: Awaited<ReturnType<typeof findRemote>>; prefix: string }> | null = null;

  function findOnce() {
    // Try again after a failure: somebody may have fixed the clone.
    place ??= findPlace(options).catch((error: unknown) => {
      place = null;
      throw error;
    });
    return place;
  }

  async function open(master: string) {
    const { remote, prefix } = await findOnce();
    const name = refName(prefix + master);
    const refs = { record: `refs/lavaflow/records/${name}`, lock: `refs/lavaflow/locks/${name}` };
    return { remote, refs, where: `${remote.url} ${refs.record}` };
  }

  /** The files of a commit; empty if nothing was ever written. What is requested together is read once. */
  function read(master: string): Promise<CommitFiles> {
    const session = held.get(master);
    if (session !== undefined) return session.record().then(({ files }) => files);
    const requested = requests.get(master);
    if (requested !== undefined) return requested;
    // A later request may know of a newer commit, and reads again.
    const request = Promise.resolve().then(() => {
      requests.delete(master);
      return readTip(master);
    });
    requests.set(master, request);
    return request;
  }

  async function readTip(master: string): Promise<CommitFiles> {
    const { remote, refs, where } = await open(master);
    return await withWorkspace(options.workDirectory, async (directory) => {
      for (let look = 0; look < mostLooks; look += 1) {
        const tip = (await listRefs(remote, directory, [refs.record])).get(refs.record);
        if (tip === undefined) return new Map<string, string>();
        if (tip === last?.commit) return last.files;
        await fetchRefs(remote, directory, [refs.record]);
        // The ref moved meanwhile.
        if (!(await hasCommit(directory, tip))) continue;
        last = { commit: tip, files: await readRecord(directory, tip, where) };
        return last.files;
      }
      throw restless(where);
    });
  }

  function sessionOf(master: string): Session {
    const session = held.get(master);
    if (session === undefined) throw new Error(`the record of ${master} was written without its lock`);
    return session;
  }

  return {
    async masters() {
      const { remote, prefix } = await findOnce();
      const start = `refs/lavaflow/records/${refName(prefix)}`;
      return await withWorkspace(options.workDirectory, async (directory) => {
        const refs = await listRefs(remote, directory, [`${start}*`]);
        return (
          [...refs.keys()]
            .filter((ref) => ref.startsWith(start))
            .map((ref) => decodeURIComponent(ref.slice(start.length)))
            // Another lab of the repository, in a subdirectory of this one.
            .filter((name) => !name.includes('/'))
        );
      });
    },
    async read(master) {
      const text = (await read(master)).get(recordFile);
      if (text === undefined || text === nothingYet) return null;
      return recordFromText(text, master, `${(await open(master)).where} ${recordFile}`);
    },
    async write(record) {
      const files = new Map([[recordFile, recordToText(record)]]);
      await sessionOf(record.master).write(files, describeRecord(record));
    },
    async readIntent(master) {
      const text = (await read(master)).get(intentFile);
      if (text === undefined) return null;
      return intentFromText(text, master, `${(await open(master)).where} ${intentFile}`);
    },
    async writeIntent(master, intent) {
      const session = sessionOf(master);
      const { files } = await session.record();
      const text = intent === null ? null : intentToText(intent);
      if (text === (files.get(intentFile) ?? null)) return;
      await session.write(
        new Map([
          [recordFile, files.get(recordFile) ?? nothingYet],
          [intentFile, text],
        ]),
        intent === null ? describeSettled(master) : describeBegin(intent),
      );
    },
    async readSuspension(master) {
      const text = (await read(master)).get(suspensionFile);
      if (text === undefined) return null;
      return suspensionFromText(text, master, `${(await open(master)).where} ${suspensionFile}`);
    },
    async writeSuspension(master, suspension) {
      const session = sessionOf(master);
      const { files } = await session.record();
      const text = suspension === null ? null : suspensionToText(suspension);
      if (text === (files.get(suspensionFile) ?? null)) return;
      await session.write(
        new Map([
          [recordFile, files.get(recordFile) ?? nothingYet],
          [suspensionFile, text],
        ]),
        describeSuspended(master, suspension),
      );
    },
    async withLock(master, waitMs, task, onWait) {
      const { remote, refs, where } = await open(master);
      return await withWorkspace(options.workDirectory, async (directory) => {
        const taken = await takeLock({
          ...{ remote, directory, refs, waitMs, times, onWait },
          seen: sights.get(master) ?? null,
          onSight: (sight) => sights.set(master, sight),
        });
        const load = async (commit: string) => {
          if (!(await hasCommit(directory, commit))) await fetchRefs(remote, directory, [refs.record]);
          return await readRecord(directory, commit, where);
        };
        const session = startSession(taken, { remote, directory, refs, times, load });
        held.set(master, session);
        try {
          return await task(session.lost, session.guard);
        } finally {
          held.delete(master);
          await session.release();
        }
      });
    },
  };
}

async function findPlace({ lab, remote }: RecordRefOptions) {
  return { remote: await findRemote(lab, remote), prefix: await labPrefix(lab) };
}

async function readRecord(directory: string, commit: string, where: string): Promise<CommitFiles> {
  const files = await readCommit(directory, commit, where);
  if (files.has(recordFile)) return files;
  throw damaged(where, `it has no ${recordFile}`);
}

/** Any name as one component of a ref (git-check-ref-format(1)); different names stay different. */
export function refName(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /[!'()*.~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
