import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectBoard, controlBoard, serveBoard, type ServedBoard } from '../../src/board/index.js';
import { until } from '../support/until.js';

let directory: string;
let board: ServedBoard;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lavaflow-board-'));
  board = await serveBoard({ name: 'b1', dir: directory });
});
afterEach(async () => {
  await board.stop();
  rmSync(directory, { recursive: true });
});

function client(): { socket: Socket; text: () => string } {
  let text = '';
  const socket = connect(board.consolePort, '127.0.0.1');
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  return { socket, text: () => text };
}

describe('a served board', () => {
  it('notes where it is, for its owner only, and forgets it when it stops', async () => {
    const file = join(directory, 'b1.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      name: 'b1',
      consolePort: board.consolePort,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await board.stop();
    await expect(controlBoard('b1', directory, ['status'])).rejects.toThrow("no simulated board 'b1'");
    board = await serveBoard({ name: 'b1', dir: directory });
  });

  it('is the only one of its name; the files of a killed one are not an obstacle', async () => {
    await expect(serveBoard({ name: 'b1', dir: directory })).rejects.toThrow('is already running');
    const entry = { name: 'b2', host: '127.0.0.1', consolePort: 1, controlPort: 1, token: 'x', pid: 1 };
    writeFileSync(join(directory, 'b2.json'), JSON.stringify(entry));
    const second = await serveBoard({ name: 'b2', dir: directory });
    await second.stop();
  });

  it('shows every client what is printed while it is connected, and nothing before', async () => {
    const first = client();
    await until('connected', () => first.socket.readyState === 'open');
    await controlBoard('b1', directory, ['power', 'on']);
    await until('the banner', () => first.text().includes('autoboot'));
    const second = client();
    await until('connected', () => second.socket.readyState === 'open');
    first.socket.write(' ');
    await until('both see the prompt', () => [first, second].every(({ text }) => text().includes('=> ')));
    second.socket.write('version\n');
    await until('both see the answer', () =>
      [first, second].every(({ text }) => text().includes('version\r\nU-Boot')),
    );
    expect(second.text()).not.toContain('SPL');
    first.socket.destroy();
    second.socket.destroy();
  });

  it.each([
    [['power', 'up'], "'up' is not a power action"],
    [['fault', 'fire'], "'fire' is not a fault"],
    [['fault', 'reboot', 'soon'], "'soon' is not a whole number"],
    [['dance'], 'not'],
  ])('refuses %j', async (command, why) => {
    await expect(controlBoard('b1', directory, command)).rejects.toThrow(why);
  });

  it('obeys nobody without the token', async () => {
    const entry = JSON.parse(readFileSync(join(directory, 'b1.json'), 'utf8')) as { controlPort: number };
    for (const line of ['{"token":"x","command":{"kind":"power","action":"on"}}', 'nonsense', 'null']) {
      const socket = connect(entry.controlPort, '127.0.0.1');
      let answer = '';
      socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
      socket.write(`${line}\n`);
      await new Promise((resolve) => socket.once('close', resolve));
      expect(answer).toContain('"ok":false');
    }
    expect(await controlBoard('b1', directory, ['status'])).toBe('off');
  });

  it('can be slow', async () => {
    const slow = client();
    await until('connected', () => slow.socket.readyState === 'open');
    await controlBoard('b1', directory, ['fault', 'slow', '300']);
    await controlBoard('b1', directory, ['power', 'on']);
    await until('the first bytes', () => slow.text().length > 0);
    expect(slow.text().length).toBeLessThan(40);
    await controlBoard('b1', directory, ['fault', 'clear']);
    await until('the rest', () => slow.text().includes('autoboot'));
    slow.socket.destroy();
  });
});

describe('connecting streams', () => {
  it('carries raw bytes both ways until the input ends', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    let text = '';
    output.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    const connected = connectBoard('b1', directory, input, output);
    await controlBoard('b1', directory, ['power', 'on']);
    await until('the countdown', () => text.includes('autoboot'));
    input.write(' ');
    await until('the prompt', () => text.includes('=> '));
    input.end();
    await connected;
  });

  it('ends when the board stops', async () => {
    const input = new PassThrough();
    const connected = connectBoard('b1', directory, input, new PassThrough());
    await until(
      'the board can stop',
      async () => (await controlBoard('b1', directory, ['status'])) === 'off',
    );
    await board.stop();
    await connected;
  });
});
