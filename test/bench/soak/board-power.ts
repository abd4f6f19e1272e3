import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

const patienceMs = 2000;

/** Whether a simulated board is on, by its own state; null if it does not respond, because nothing serves it. */
export async function readPower(directory: string, board: string): Promise<boolean | null> {
  try {
    const entry = JSON.parse(readFileSync(join(directory, `${board}.json`), 'utf8')) as {
      readonly host: string;
      readonly controlPort: number;
      readonly token: string;
    };
    const request = `${JSON.stringify({ token: entry.token, command: { kind: 'status' } })}\n`;
    const reply = JSON.parse(await exchange(entry.host, entry.controlPort, request)) as { phase?: unknown };
    return typeof reply.phase === 'string' ? reply.phase !== 'off' : null;
  } catch {
    return null;
  }
}

function exchange(host: string, port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, host);
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer')));
    socket.on('connect', () => socket.write(request));
    socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(text);
    });
  });
}
