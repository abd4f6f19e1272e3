import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import {
  lockTimeoutMs,
  startStockLavaScript,
  startTimeoutMs,
  stockLavaLock,
  stockLavaScript,
  type StockLavaScript,
} from './stock-lava-script.js';

/** A running stock LAVA 2023.01 master, used exclusively. */
export interface StockLava {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** A superuser's token; the user is `admin`. */
  readonly token: string;
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
  /** null if a stock LAVA can be started here; otherwise the reason, and how to install it. */
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
    return missing.length === 0 ? whyNotOurs() : `no ${missing.join(', ')} (${how})`;
  },
};

/** null if the tests may empty this machine's LAVA; otherwise the reason. */
function whyNotOurs(): string | null {
  if (existsSync(mark)) return null;
  const { stdout } = spawnSync('flock', [stockLavaLock, '/bin/bash', stockLavaScript, 'check'], {
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
 * (stock-lava-keeper.ts), otherwise a new one. Waits while others use it.
 */
export async function startStockLava(): Promise<StockLava> {
  const reason = stockLava.available();
  if (reason !== null) throw new Error(reason);
  const keeper = process.env['LAVAFLOW_STOCK_LAVA'];
  const script = await within(
    lockTimeoutMs + startTimeoutMs,
    'start',
    keeper === undefined ? startStockLavaScript() : connectToKeeper(keeper),
  );
  async function ask(command: string): Promise<void> {
    const answer = await within(startTimeoutMs, command, script.ask(command));
    if (answer !== 'ok') throw new Error(`stock LAVA: ${answer}`);
  }
  let stopping: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${script.port}`,
    token,
    startWorker: (name) => ask(`worker ${name}`),
    manage: async (...words) => {
      const { stdout } = await run('lava-server', ['manage', ...words], { env: { PATH: debianPath } });
      return stdout;
    },
    server: (what) => ask(`server ${what}`),
    reset: () => ask('reset'),
    stop: () => (stopping ??= script.end()),
  };
}

/** The script, as forwarded by the keeper. */
async function connectToKeeper(address: string): Promise<StockLavaScript> {
  const socket = connect(address);
  await once(socket, 'connect');
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
