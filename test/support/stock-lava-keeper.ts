import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { startStockLavaScript, type StockLavaScript } from './stock-lava-script.js';

/**
 * Vitest's globalSetup: one stock LAVA for all test files of a run, because starting it takes longer than many of
 * them. It starts with the first file that needs it and ends with the run. A file that connects to the socket uses it
 * exclusively, from the line `ready PORT` until it closes the connection, and sends the commands of stock-lava.sh.
 * Then the master is emptied for the next file in the queue.
 */
export default async function keepStockLava(): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-keeper-'));
  const address = join(directory, 'socket');
  let script: StockLavaScript | null = null;
  let turn = Promise.resolve();

  async function serve(socket: Socket): Promise<void> {
    if (socket.destroyed) return;
    try {
      script ??= await startStockLavaScript();
    } catch (error) {
      socket.end(`${error instanceof Error ? error.message : String(error)}\n`);
      return;
    }
    socket.write(`ready ${script.port}\n`);
    for await (const command of createInterface({ input: socket })) {
      socket.write(`${await script.ask(command)}\n`);
    }
    if ((await script.ask('clean')) === 'ok') return;
    await script.end();
    script = null;
  }

  const server = createServer((socket) => {
    socket.on('error', () => undefined); // a test file that was killed: its turn ends
    turn = turn.then(() => serve(socket));
  });
  await new Promise<void>((done) => server.listen(address, done));
  process.env['LAVAFLOW_STOCK_LAVA'] = address;
  return async () => {
    server.close();
    await turn;
    await script?.end();
    rmSync(directory, { recursive: true, force: true });
  };
}
