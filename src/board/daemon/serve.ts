import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ExternalError, UsageError } from '../../diagnostics/index.js';
import { readCommand } from './command.js';
import { sendCommand } from './control.js';
import { boardDirectory, findEntry, removeEntry, writeEntry, type BoardEntry } from './register.js';
import { RunningBoard } from './running-board.js';

const host = '127.0.0.1';
/** A client that does not read is disconnected beyond this, so that it cannot fill the memory. */
const maxUnsentBytes = 4 * 1024 * 1024;
const maxControlBytes = 4096;

export interface ServeOptions {
  readonly name: string;
  /** Where NAME.json is written; default `boardDirectory()`. */
  readonly dir?: string;
  /** 0 or absent: any free port. */
  readonly consolePort?: number;
}

export interface ServedBoard {
  readonly consolePort: number;
  stop(): Promise<void>;
}

/**
 * Starts a simulated board, powered off. Its serial console listens on TCP, on loopback only. Any number of clients can
 * connect; each sees what is printed while it is connected. Throws UsageError when a board of that name is already
 * running, ExternalError when the port is not available.
 */
export async function serveBoard(options: ServeOptions): Promise<ServedBoard> {
  const { name, consolePort = 0 } = options;
  const directory = options.dir ?? boardDirectory();
  await refuseSecond(directory, name);
  const clients = new Set<Socket>();
  const sockets = new Set<Socket>();
  const board = new RunningBoard(
    name,
    (bytes) => {
      for (const client of clients) {
        if (client.writableLength > maxUnsentBytes) client.destroy();
        else client.write(bytes);
      }
    },
    () => clients.size > 0,
  );
  const token = randomBytes(24).toString('hex');
  const consoleServer = createServer((socket) => {
    track(sockets, socket);
    clients.add(socket);
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      board.type(bytes);
    });
    socket.on('close', () => clients.delete(socket));
  });
  const controlServer = createServer((socket) => {
    track(sockets, socket);
    answerControl(socket, token, board);
  });
  const servers = [consoleServer, controlServer];
  try {
    const entry: BoardEntry = {
      name,
      host,
      consolePort: await listen(consoleServer, consolePort, name),
      controlPort: await listen(controlServer, 0, name),
      token,
      pid: process.pid,
    };
    await writeEntry(directory, entry);
    return { consolePort: entry.consolePort, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function stop(): Promise<void> {
    board.stop();
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map(close));
    await removeEntry(directory, name, process.pid);
  }
}

async function refuseSecond(directory: string, name: string): Promise<void> {
  const entry = await findEntry(directory, name);
  if (entry === undefined) return;
  try {
    await sendCommand(entry, { kind: 'status' });
  } catch (error) {
    // No response: the file is left over from a board that was killed.
    if (error instanceof ExternalError) return;
    throw error;
  }
  throw new UsageError(`a simulated board '${name}' is already running (process ${entry.pid})`);
}

/** One request per connection: a line of JSON with the token and a command. The response is one line of JSON. */
function answerControl(socket: Socket, token: string, board: RunningBoard): void {
  let text = '';
  socket.setTimeout(5000, () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('utf8');
    if (text.length > maxControlBytes) {
      socket.destroy();
      return;
    }
    const end = text.indexOf('\n');
    if (end !== -1) socket.end(`${JSON.stringify(answer(text.slice(0, end), token, board))}\n`);
  });
}

function answer(line: string, token: string, board: RunningBoard): unknown {
  let request: { token?: unknown; command?: unknown } | null;
  try {
    request = JSON.parse(line) as { token?: unknown; command?: unknown } | null;
  } catch {
    return { ok: false, why: 'not JSON' }; // a stranger on the port learns only this
  }
  if (typeof request?.token !== 'string' || !isSame(request.token, token))
    return { ok: false, why: 'wrong token' };
  const command = readCommand(request.command);
  if (command === undefined) return { ok: false, why: 'unknown command' };
  return { ok: true, phase: board.command(command) };
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function track(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => socket.destroy()); // the client is gone; 'close' follows
  socket.on('close', () => sockets.delete(socket));
}

async function listen(server: Server, port: number, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const what = `open a port for the simulated board ${name}`;
      reject(
        new ExternalError({
          what,
          where: `${host}:${port}`,
          why: error.message,
          retry: 'after-change',
          cause: error,
        }),
      );
    });
    server.listen(port, host, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
