import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { ExternalError } from '../../diagnostics/index.js';
import { readEntry } from './register.js';

/** Ctrl-] leaves the console in a terminal, as in telnet. */
const leave = 0x1d;

/**
 * Connects a serial console with a pair of streams, raw bytes in both directions, until either end closes. If `input` is a
 * terminal, it is put into raw mode, and Ctrl-] leaves. Throws UsageError when there is no such board, ExternalError
 * when it cannot be reached.
 */
export async function connectBoard(
  name: string,
  directory: string,
  input: Readable,
  output: Writable,
): Promise<void> {
  const entry = await readEntry(directory, name);
  const terminal = isTerminal(input) ? input : undefined;
  const socket = connect(entry.consolePort, entry.host);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) => {
      reject(
        new ExternalError({
          what: `connect to the simulated board ${name}`,
          where: `${entry.host}:${entry.consolePort}`,
          why: error.message,
          retry: 'after-change',
          hint: `If it is not running, start it with lavaflow board serve ${name}.`,
        }),
      );
    });
  });
  if (terminal !== undefined) {
    terminal.setRawMode(true);
    output.write(`Connected to ${name}. Ctrl-] leaves.\r\n`);
  }
  await new Promise<void>((resolve) => {
    const end = () => {
      input.off('data', onInput);
      input.off('end', end);
      input.pause();
      socket.destroy();
      resolve();
    };
    const onInput = (bytes: Buffer) => {
      if (terminal !== undefined && bytes.includes(leave)) end();
      else socket.write(bytes);
    };
    socket.on('data', (bytes: Buffer) => {
      // A slow reader slows the console down instead of filling the memory.
      if (!output.write(bytes)) socket.pause();
    });
    output.on('drain', () => socket.resume());
    output.on('error', end); // the reader is gone
    socket.on('error', end); // the board is gone
    socket.on('close', end);
    input.on('end', end);
    input.on('data', onInput);
  });
  terminal?.setRawMode(false);
}

function isTerminal(stream: Readable): stream is ReadStream {
  return (stream as Partial<ReadStream>).isTTY === true;
}
