import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { stockReleaseOf } from './releases.js';
import { startStockLavaScript, type StockLavaScript } from './script.js';

/**
 * Vitest's globalSetup: one stock LAVA of each release for all test files of a run, because starting it takes longer
 * than many of them. It starts with the first file that needs it and ends with the run. A file that connects to the
 * socket first sends `use RELEASE`. It uses that master exclusively, from the line `ready PORT` until it closes the
 * connection, and sends the commands of master.sh. Then the master is emptied for the next file in the queue.
 */
export default async function keepStockLava(): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-keeper-'));
  const address = join(directory, 'socket');
  const queues = new Map<string, Queue>();

  const server = createServer((socket) => {
    socket.on('error', () => undefined); // a test file that was killed: its turn ends
    void enqueue(socket);
  });
  async function enqueue(socket: Socket): Promise<void> {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done === true) return;
    const release = first.value.replace(/^use /, '');
    const queue = queues.get(release) ?? { script: null, turn: Promise.resolve() };
    queues.set(release, queue);
    queue.turn = queue.turn.then(() => serve(queue, release, socket, lines));
  }
  await new Promise<void>((done) => server.listen(address, done));
  process.env['LAVAFLOW_STOCK_LAVA'] = address;
  return async () => {
    server.close();
    for (const queue of queues.values()) {
      await queue.turn;
      await queue.script?.end();
    }
    rmSync(directory, { recursive: true, force: true });
  };
}

/** The test files that use one release. */
interface Queue {
  script: StockLavaScript | null;
  /** Ends with the turn of the last file. */
  turn: Promise<void>;
}

async function serve(
  queue: Queue,
  release: string,
  socket: Socket,
  commands: AsyncIterator<string>,
): Promise<void> {
  if (socket.destroyed) return;
  try {
    queue.script ??= await startStockLavaScript(stockReleaseOf(release), { keepConnections: true });
  } catch (error) {
    socket.end(`${error instanceof Error ? error.message : String(error)}\n`);
    return;
  }
  const { script } = queue;
  socket.write(`ready ${script.port}\n`);
  for (let next = await commands.next(); next.done !== true; next = await commands.next()) {
    socket.write(`${await script.ask(next.value)}\n`);
  }
  if ((await script.ask('clean')) === 'ok') return;
  await script.end();
  queue.script = null;
}
