import { connect } from 'node:net';
import { ExternalError } from '../../diagnostics/index.js';
import { parseCommand, type BoardCommand } from './command.js';
import { readEntry, type BoardEntry } from './register.js';

const patienceMs = 5000;

/**
 * Controls a simulated board: `['power', 'on' | 'off' | 'reset']`, `['fault', NAME, VALUE?]` or `['status']`.
 * Returns its phase afterwards (`off`, `script`, `countdown`, `bootloader`, `login`, `shell`, `busy`, `hung`). Throws
 * UsageError for a wrong command and when there is no such board, ExternalError when it does not respond.
 */
export async function controlBoard(
  name: string,
  directory: string,
  command: readonly string[],
): Promise<string> {
  const parsed = parseCommand(command);
  return sendCommand(await readEntry(directory, name), parsed);
}

export async function sendCommand(entry: BoardEntry, command: BoardCommand): Promise<string> {
  const line = await exchange(entry, `${JSON.stringify({ token: entry.token, command })}\n`);
  const reply = parseReply(line);
  if (reply?.ok === true && typeof reply.phase === 'string') return reply.phase;
  throw refused(entry, typeof reply?.why === 'string' ? reply.why : 'it answers something else');
}

function parseReply(line: string): { ok?: unknown; phase?: unknown; why?: unknown } | undefined {
  try {
    return (JSON.parse(line) as { ok?: unknown } | null) ?? undefined;
  } catch {
    return undefined; // another program uses the port now
  }
}

async function exchange(entry: BoardEntry, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(entry.controlPort, entry.host);
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer')));
    socket.on('connect', () => socket.write(request));
    socket.on('data', (bytes: Buffer) => {
      text = (text + bytes.toString('utf8')).slice(0, 4096);
    });
    socket.on('error', (error) => {
      reject(refused(entry, error.message));
    });
    socket.on('close', () => {
      resolve(text);
    });
  });
}

function refused(entry: BoardEntry, why: string): ExternalError {
  return new ExternalError({
    what: `control the simulated board ${entry.name}`,
    where: `${entry.host}:${entry.controlPort}`,
    why,
    retry: 'after-change',
    hint: `If it is not running, start it with lavaflow board serve ${entry.name}.`,
  });
}
