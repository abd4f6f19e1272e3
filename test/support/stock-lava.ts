import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** A running stock LAVA 2023.01 master; whoever has it has it alone. */
export interface StockLava {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** A superuser's token; the user is `admin`. */
  readonly token: string;
  /** Registers NAME when it is new and starts a genuine lava-worker for it, and the scheduler with the first. */
  startWorker(name: string): Promise<void>;
  /** `lava-server manage ...`, as an administrator would run it on the master's host; what it says. */
  manage(...words: readonly string[]): Promise<string>;
  /**
   * `kill`: the processes that serve requests are killed, and others take their place; `stop`: nothing listens any
   * more, until `start`.
   */
  server(what: 'kill' | 'stop' | 'start'): Promise<void>;
  /** Drops every object, job and file. Workers that were started go on running but are no longer registered. */
  reset(): Promise<void>;
  /** Ends everything that was started, and lets the next run have the master. */
  stop(): Promise<void>;
}

const run = promisify(execFile);
/** LAVA needs Debian's python3, not another one earlier on the path. */
const debianPath = '/usr/sbin:/usr/bin:/sbin:/bin';
const lockFile = '/tmp/lavaflow-stock-lava.lock';
const script = new URL('stock-lava.sh', import.meta.url).pathname;
const token = 'stocklavaforlavaflowtests0000000';
const startTimeoutMs = 120_000;
/** Another test run may hold the master for this long. */
const lockTimeoutMs = 900_000;

export const stockLava = {
  /** null when a stock LAVA can be started here; otherwise why not, and how to have it. */
  available(): string | null {
    const how = 'on Debian 12, as root: apt-get install postgresql lava-server lava-dispatcher lavacli';
    if (process.platform !== 'linux') return `a stock LAVA runs on Linux only (${how})`;
    if (process.getuid?.() !== 0) return `a stock LAVA needs root (${how})`;
    const missing = [
      '/usr/bin/lava-server',
      '/usr/bin/lava-worker',
      '/usr/bin/lavacli',
      '/usr/bin/gunicorn3',
      '/usr/bin/pg_lsclusters',
      '/usr/share/lava-server/postinst.py',
    ].filter((file) => !existsSync(file));
    return missing.length === 0 ? null : `no ${missing.join(', ')} (${how})`;
  },
};

/**
 * Starts a stock LAVA master on a free loopback port, empty. Waits while another run has it: there is one database
 * and one /etc/lava-server on a machine. What was started ends with this process, however that ends.
 */
export async function startStockLava(): Promise<StockLava> {
  const reason = stockLava.available();
  if (reason !== null) throw new Error(reason);
  const port = await freePort();
  const state = await mkdtemp(join(tmpdir(), 'lavaflow-stock-lava-'));
  // --close: what the script starts must not hold the lock after the script is gone.
  const child = spawn(
    'flock',
    ['--close', '--wait', String(lockTimeoutMs / 1000), lockFile, '/bin/bash', script, String(port), state],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ask = lineProtocol(child);
  let stopping: Promise<void> | undefined;
  async function end(): Promise<void> {
    const ended =
      child.exitCode !== null
        ? Promise.resolve()
        : new Promise<void>((done) =>
            child.once('exit', () => {
              done();
            }),
          );
    child.stdin.end();
    await ended;
    await rm(state, { recursive: true, force: true });
  }
  try {
    await ask(null, lockTimeoutMs + startTimeoutMs);
  } catch (error) {
    child.stdin.end();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    startWorker: (name) => ask(`worker ${name}`, startTimeoutMs),
    manage: async (...words) => {
      const { stdout } = await run('lava-server', ['manage', ...words], { env: { PATH: debianPath } });
      return stdout;
    },
    server: (what) => ask(`server ${what}`, startTimeoutMs),
    reset: () => ask('reset', startTimeoutMs),
    stop: () => (stopping ??= end()),
  };
}

/** One command line to the script, one answer line from it. */
function lineProtocol(child: ChildProcess): (command: string | null, timeoutMs: number) => Promise<void> {
  if (child.stdout === null) throw new Error('the script has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (command, timeoutMs) => {
    if (command !== null) child.stdin?.write(`${command}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`stock LAVA: no answer to '${command ?? 'start'}' within ${timeoutMs / 1000} s`));
      }, timeoutMs);
    });
    try {
      const line = await Promise.race([lines.next(), late]);
      const answer = line.done === true ? 'failed: the script ended (is the lock taken?)' : line.value;
      if (answer !== 'ready' && answer !== 'ok') throw new Error(`stock LAVA: ${answer}`);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
