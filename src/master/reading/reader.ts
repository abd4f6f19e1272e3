/**
 * Reads texts from outside: small ones at once, all others in threads with a limit of time and memory, so that no text
 * stops the master. Each client has its turn (see `ThreadPool`).
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ThreadPool, type TaskOwner } from '../../host/index.js';
import { packageDirectory } from '../../package/index.js';
import { descriptionWork, unpackDescription, unreadableDescription } from '../../wire/index.js';
import { XmlRpcError, type XmlRpcCall } from '../../xml-rpc/index.js';
import type { DefinitionOptions, ParsedDefinition } from '../jobs/definition.js';
import { readJsonLine, type LogLine } from '../jobs/log-line.js';
import { unpackRevision } from '../revisions/packed-revision.js';
import type { ParsedRequest } from '../revisions/request.js';
import { readings, type TaskKind, type Tasks } from './tasks.js';

/** For whom a text is read. */
export interface ReaderClient extends TaskOwner {
  /** Called with the time that a thread needed. */
  readonly charge?: (ms: number) => void;
}

/** A worker, which is known by its key. */
export function workerClient(hostname: string): ReaderClient {
  return { client: `worker ${hostname}`, isGuest: false };
}

/** Too many texts are waiting to be read. */
export class ReaderBusy extends Error {
  override readonly name = 'ReaderBusy';

  constructor() {
    super('Too many requests are waiting. Send this one again later.');
  }
}

export interface Reader {
  /**
   * @param checkOf for a health check, the type of its device
   * @throws ReaderBusy
   */
  definition(
    text: string,
    options: DefinitionOptions,
    client: ReaderClient,
    checkOf?: string | null,
  ): Promise<ParsedDefinition>;
  /**
   * @throws ReaderBusy
   * @throws XmlRpcError when it is not an XML-RPC call
   */
  call(body: string, client: ReaderClient): Promise<XmlRpcCall>;
  /**
   * The value of a YAML mapping; null if the text is none, or costs too much.
   * @throws ReaderBusy
   */
  mapping(text: string, client: ReaderClient): Promise<Readonly<Record<string, unknown>> | null>;
  /**
   * The body of a request that applies a revision; null if it is not JSON.
   * @throws ReaderBusy
   */
  revision(body: Uint8Array, client: ReaderClient): Promise<ParsedRequest | null>;
  /** The text of description.yaml in an END message; if it cannot be decoded, the text reports why. */
  description(bytes: Uint8Array, client: ReaderClient): Promise<string>;
  /** The lines of a job's log; null for what is not a log line. */
  logLines(lines: readonly string[], client: ReaderClient): Promise<(LogLine | null)[]>;
  stop(): Promise<void>;
}

export interface ReaderLimits {
  readonly timeLimitMs: number;
  /** For a revision, which only the reconciler sends. */
  readonly revisionMs: number;
  readonly heapMb: number;
}

/** The longest permitted YAML needs about 3 s, and the longest call about 4 s, on a slow machine. */
const standardLimits: ReaderLimits = { timeLimitMs: 10_000, revisionMs: 60_000, heapMb: 512 };

/** The lines of a log that are parsed before other work is done, in characters. */
const charactersPerTurn = 64 * 1024;
/** Lines that are not JSON are given to a thread in parts, so that one bad line spoils few others. */
const charactersPerTask = 128 * 1024;

export function createReader(limits: ReaderLimits = standardLimits): Reader {
  const pool = new ThreadPool({
    file: join(packageDirectory(), 'dist/bundle/reader.js'),
    threads: 2,
    mostQueued: 200,
    mostQueuedPerClient: 20,
    timeLimitMs: limits.timeLimitMs,
    heapMb: limits.heapMb,
  });

  async function read<K extends TaskKind>(
    kind: K,
    of: Tasks[K]['input'],
    client: ReaderClient,
  ): Promise<Tasks[K]['result'] | TooExpensive> {
    if (readings[kind].isSmall(of)) return readings[kind].read(of);
    const timeLimitMs = kind === 'revision' ? limits.revisionMs : limits.timeLimitMs;
    const owner = { client: client.client, isGuest: client.isGuest };
    const outcome = await pool.run({ kind, of }, owner, timeLimitMs);
    client.charge?.(outcome.ms);
    if (outcome.ok) return outcome.value as Tasks[K]['result'];
    if (outcome.why === 'busy') throw new ReaderBusy();
    return new TooExpensive(describe(outcome.why, timeLimitMs, limits.heapMb));
  }

  async function readLines(
    lines: readonly string[],
    client: ReaderClient,
  ): Promise<readonly (LogLine | null)[]> {
    const result = await read('lines', lines, client);
    return result instanceof TooExpensive ? lines.map(() => null) : result;
  }

  return {
    async definition(text, options, client, checkOf = null) {
      const result = await read('definition', { text, options, checkOf }, client);
      if (!(result instanceof TooExpensive)) return result;
      return {
        ok: false,
        problems: [{ path: '', message: `the job ${result.why}`, hint: 'Submit a smaller job.' }],
      };
    },

    async call(body, client) {
      const result = await read('call', body, client);
      if (result instanceof TooExpensive) throw new XmlRpcError(`the call ${result.why}`);
      if (!result.ok) throw new XmlRpcError(result.message, result.isSyntax);
      return result.call;
    },

    async mapping(text, client) {
      const result = await read('mapping', text, client);
      return result instanceof TooExpensive ? null : result;
    },

    async revision(body, client) {
      const result = await read('revision', body, client);
      if (result instanceof TooExpensive) return { ok: false, detail: `the revision ${result.why}` };
      if (result.ok) return await unpackRevision(result);
      const { detail } = result;
      return detail === null ? null : { ok: false, detail };
    },

    async description(bytes, client) {
      const small = unpackDescription(bytes, descriptionWork.little);
      if (small !== null) return small;
      const result = await read('description', bytes, client);
      if (result instanceof TooExpensive) return unreadableDescription(`it ${result.why}`);
      return result ?? unreadableDescription('it is not a description: decoding it costs too much');
    },

    async logLines(lines, client) {
      const results: (LogLine | null)[] = lines.map(() => null);
      let others: number[] = [];
      let charactersOfOthers = 0;
      let characters = 0;
      async function readOthers(): Promise<void> {
        const texts = others.map((index) => lines[index] ?? '');
        const read = await readLines(texts, client);
        for (const [at, index] of others.entries()) results[index] = read[at] ?? null;
        others = [];
        charactersOfOthers = 0;
      }
      for (const [index, line] of lines.entries()) {
        characters += line.length;
        if (characters > charactersPerTurn) {
          await setImmediate();
          characters = line.length;
        }
        const read = readJsonLine(line);
        if (read !== 'not-json') {
          results[index] = read;
          continue;
        }
        if (charactersOfOthers + line.length > charactersPerTask) await readOthers();
        others.push(index);
        charactersOfOthers += line.length;
      }
      await readOthers();
      return results;
    },

    stop: () => pool.stop(),
  };
}

class TooExpensive {
  constructor(readonly why: string) {}
}

function describe(why: 'time' | 'memory', timeLimitMs: number, heapMb: number): string {
  return why === 'time'
    ? `takes longer than ${timeLimitMs / 1000} s to read`
    : `needs more than ${heapMb} MiB of memory to be read`;
}
