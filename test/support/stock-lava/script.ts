import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { StockRelease } from './releases.js';

export const stockLavaScript = new URL('master.sh', import.meta.url).pathname;
export const startTimeoutMs = 120_000;
/** How long another test run may use the master. */
export const lockTimeoutMs = 900_000;

/** The running master.sh: its owner has the machine's only stock LAVA of that release. */
export interface StockLavaScript {
  readonly port: number;
  /** Sends one command line; returns `ok`, or `failed: ` and the reason. */
  ask(command: string): Promise<string>;
  /** Ends everything that was started, and releases the lock. */
  end(): Promise<void>;
}

/**
 * Starts an empty stock LAVA on a free loopback port. Waits while another run uses it: a release has one database and
 * one /etc/lava-server. What was started ends with this process, however it ends.
 * @param keepConnections whether LAVA keeps its connections to the database, which makes most requests several times
 *   faster. It does not by default, so benchmarks must not ask for it.
 * @throws Error with the script's reason when it does not start
 */
export async function startStockLavaScript(
  { root, lock }: StockRelease,
  { keepConnections = false }: { readonly keepConnections?: boolean } = {},
): Promise<StockLavaScript> {
  const port = await freePort();
  const state = await mkdtemp(join(tmpdir(), 'lavaflow-stock-lava-'));
  // --close: processes started by the script must not hold the lock after the script has ended.
  const words = ['--close', '--wait', String(lockTimeoutMs / 1000), lock, '/bin/bash', stockLavaScript];
  const child = spawn('flock', [...words, String(port), state, ...(root === '' ? [] : [root])], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LAVAFLOW_KEEP_CONNECTIONS: keepConnections ? '1' : '' },
  });
  child.stdin.on('error', () => undefined); // the script has ended: `ask` says so
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const line = await lines.next();
    return line.done === true ? 'failed: the script ended (another process may hold the lock)' : line.value;
  };
  async function end(): Promise<void> {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    child.stdin.end();
    await ended;
    await rm(state, { recursive: true, force: true });
  }
  const first = await answer();
  if (first !== 'ready') {
    child.stdin.end();
    throw new Error(first);
  }
  return {
    port,
    ask(command) {
      child.stdin.write(`${command}\n`);
      return answer();
    },
    end,
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
