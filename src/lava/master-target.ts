import { isDeepStrictEqual } from 'node:util';
import type { MasterTarget } from '../reconcile/index.js';
import { applyToLava } from './apply/apply.js';
import { applyToLavaflow } from './apply/revision.js';
import type { HttpOptions } from './http.js';
import { normalise } from './normalise.js';
import { readBoards } from './observe/boards.js';
import { readFiles } from './observe/files.js';
import { findThere } from './observe/look-again.js';
import { readUserNames } from './observe/names.js';
import { type Lists, observeMaster, readLists } from './observe/observe.js';
import { readTemplatesInForce } from './observe/templates-in-force.js';
import { createConnection, type KnownMaster, type Session } from './session.js';

/** Remembers what masters reported, by their URL. Forgetting it costs only time. */
export interface MasterMemory {
  recall(url: string): Promise<KnownMaster | null>;
  remember(url: string, known: KnownMaster): Promise<void>;
}

/**
 * A stock LAVA master (2020.05 to 2026.10) or an embedded master, detected by a request. Both are read by the same
 * calls of REST v0.2 and XML-RPC. An embedded master applies changes in one transaction, a stock LAVA object by
 * object (docs/stock-lava.md). Nothing is sent before the first `observe` or `apply`.
 * @param memory what the master reported the last time: fewer requests are needed to read it
 * @throws UsageError when the URL is not valid
 */
export function createMasterTarget(options: HttpOptions, memory?: MasterMemory): MasterTarget {
  const connection = createConnection(options);
  const { url } = connection.http;
  let begun: Promise<Lists> | null = null;
  /** That of the last observation, for the next apply alone: later, the master may have been upgraded. */
  let observed: Session | null = null;
  async function begin(...[expected, signal, focus]: Parameters<MasterTarget['observe']>): Promise<Lists> {
    const known = (await memory?.recall(url)) ?? null;
    const lists = await readLists(connection, expected, signal, focus, known);
    const now = knownOf(lists);
    if (now !== null && !isDeepStrictEqual(now, known)) await memory?.remember(url, now);
    return lists;
  }
  return {
    url,
    normalise,
    boards: (signal) => readBoards(connection.rest, signal),
    beginObserving(expected) {
      begun = begin(expected);
      // `observe` throws what fails.
      begun.catch(() => undefined);
    },
    async observe(interest, signal, focus) {
      const before = focus === undefined ? begun : null;
      begun = null;
      observed = null;
      const lists = await (before ?? begin(interest, signal, focus));
      const master = await observeMaster(lists, interest, signal, focus);
      observed = lists.session;
      return master;
    },
    readFiles: async (keys, types, signal) => readFiles(await connection.open(signal), keys, types, signal),
    readTemplates: async (names, signal) =>
      readTemplatesInForce(await connection.open(signal), names, signal),
    readUsers: async (signal) => readUserNames(await connection.open(signal), signal),
    findThere: async (keys, signal) => findThere(await connection.open(signal), keys, signal),
    async apply(changes, revision, onOutcome, signal, guard) {
      if (changes.length === 0) return;
      const session = observed ?? (await connection.open(signal));
      observed = null;
      if (session.capabilities.software === 'lavaflow') {
        await applyToLavaflow(session, changes, revision, onOutcome, signal, guard);
      } else {
        await applyToLava(session, changes, revision, onOutcome, signal, guard);
      }
    },
  };
}

/** Null for an embedded master, which is asked each time. */
function knownOf({ session, groups }: Lists): KnownMaster | null {
  const { user, capabilities } = session;
  if (capabilities.software !== 'lava') return null;
  return { release: capabilities.release, user, groups: [...(groups?.groups.keys() ?? [])].sort() };
}
