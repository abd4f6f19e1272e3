import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import {
  stockRelease,
  stockReleaseOf,
  turnTimeoutMs,
  whyNotInstalled,
  type StockRelease,
} from './releases.js';
import {
  lockTimeoutMs,
  startStockLavaScript,
  startTimeoutMs,
  stockLavaScript,
  type StockLavaScript,
} from './script.js';

/** A running stock LAVA master, used exclusively. */
export interface StockLava {
  /** Such as `2023.01`. */
  readonly release: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** A superuser's token; the user is `admin`. */
  readonly token: string;
  /** Its files: absolute path of a file in /etc/lava-server. */
  readonly configuration: string;
  /** Registers NAME if it is new and starts a genuine lava-worker for it; the first call also starts the scheduler. */
  startWorker(name: string): Promise<void>;
  /** Runs `lava-server manage ...`, as an administrator would on the master's host; returns its output. */
  manage(...words: readonly string[]): Promise<string>;
  /**
   * `kill`: kills the processes that serve requests, and others replace them; `stop`: nothing listens any more, until
   * `start`.
   */
  server(what: 'kill' | 'stop' | 'start'): Promise<void>;
  /** Drops every object, job and file. Started workers keep running but are no longer registered. */
  reset(): Promise<void>;
  /** Ends everything that was started, and lets the next run use the master. */
  stop(): Promise<void>;
}

const run = promisify(execFile);
/** LAVA requires Debian's python3, not another one earlier in PATH. */
const debianPath = '/usr/sbin:/usr/bin:/sbin:/bin';
const token = 'stocklavaforlavaflowtests0000000';
/** Exists if this machine's LAVA belongs to the tests. */
const mark = '/var/lib/lava-server/lavaflow-tests';

export const stockLava = {
  /** null if a stock LAVA of the release can be started here; otherwise the reason, and how to install it. */
  available(release: StockRelease = stockRelease): string | null {
    const how =
      release.root === ''
        ? 'on Debian 12, as root: apt-get install postgresql lava-server lava-dispatcher lavacli'
        : `as root: bash test/support/stock-lava/install.sh ${release.release}`;
    if (process.platform !== 'linux') return `a stock LAVA runs on Linux only (${how})`;
    if (process.getuid?.() !== 0) return `a stock LAVA needs root (${how})`;
    const missing = [
      '/usr/bin/lava-server',
      '/usr/bin/lava-worker',
      '/usr/bin/lavacli',
      '/usr/bin/gunicorn3',
      '/usr/bin/pg_lsclusters',
      '/usr/share/lava-server/postinst.py',
    ].filter((file) => !existsSync(release.root + file));
    if (missing.length > 0) return `LAVA ${release.release}: no ${missing.join(', ')} (${how})`;
    return release.root === '' ? whyNotOurs(release) : whyNotInstalled(release);
  },
};

/** null if the tests may empty this machine's LAVA; otherwise the reason. */
function whyNotOurs({ lock }: StockRelease): string | null {
  if (existsSync(mark)) return null;
  const { stdout } = spawnSync('flock', [lock, '/bin/bash', stockLavaScript, 'check'], {
    encoding: 'utf8',
    timeout: startTimeoutMs,
  });
  const answer = stdout.trim();
  return answer === 'ok'
    ? null
    : answer.replace(/^failed: | \(logs: .*\)$/g, '') || 'its database cannot be read';
}

/**
 * An empty stock LAVA master on a loopback port, for the caller alone: the one of this test run if vitest keeps one
 * (keeper.ts), otherwise a new one. Waits while others use it.
 * @param release as `2026.10`; default: that of the test project
 * @throws Error if it is not available or does not start
 */
export async function startStockLava(release = stockRelease.release): Promise<StockLava> {
  const wanted = stockReleaseOf(release);
  const reason = stockLava.available(wanted);
  if (reason !== null) throw new Error(reason);
  const keeper = process.env['LAVAFLOW_STOCK_LAVA'];
  const script = await within(
    keeper === undefined ? lockTimeoutMs + startTimeoutMs : turnTimeoutMs,
    'start',
    keeper === undefined ? startStockLavaScript(wanted) : connectToKeeper(keeper, release),
  );
  async function ask(command: string): Promise<void> {
    const answer = await within(startTimeoutMs, command, script.ask(command));
    if (answer !== 'ok') throw new Error(`stock LAVA: ${answer}`);
  }
  let stopping: Promise<void> | undefined;
  const manage = ['lava-server', 'manage'] as const;
  return {
    release,
    url: `http://127.0.0.1:${script.port}`,
    token,
    configuration: `${wanted.root}/etc/lava-server`,
    startWorker: (name) => ask(`worker ${name}`),
    manage: async (...words) => {
      const [file = '', ...args] = wanted.root === '' ? manage : ['chroot', wanted.root, ...manage];
      const { stdout } = await run(file, [...args, ...words], { env: { PATH: debianPath } });
      return stdout;
    },
    server: (what) => ask(`server ${what}`),
    reset: () => ask('reset'),
    stop: () => (stopping ??= script.end()),
  };
}

/** The script, as forwarded by the keeper. */
async function connectToKeeper(address: string, release: string): Promise<StockLavaScript> {
  const socket = connect(address);
  await once(socket, 'connect');
  socket.write(`use ${release}\n`);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const line = await lines.next();
    return line.done === true ? 'failed: the test run ended' : line.value;
  };
  const first = await answer();
  const port = /^ready (\d+)$/.exec(first)?.[1];
  if (port === undefined) {
    socket.destroy();
    throw new Error(`stock LAVA: ${first}`);
  }
  return {
    port: Number(port),
    ask(command) {
      socket.write(`${command}\n`);
      return answer();
    },
    async end() {
      const closed = once(socket, 'close');
      socket.end();
      socket.destroySoon();
      await closed;
    },
  };
}

async function within<T>(timeoutMs: number, command: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`stock LAVA: no response to '${command}' within ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
