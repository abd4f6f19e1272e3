import { appendFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogShipper } from '../../../src/dispatcher/log-shipper.js';
import { maxLineBytes } from '../../../src/wire/index.js';

let directory: string;
let file: string;
let sent: [number, string][];
let shipper: LogShipper;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
  file = join(directory, 'output.yaml');
  sent = [];
  shipper = open(0, 0);
});
afterEach(async () => {
  await shipper.close();
  await rm(directory, { recursive: true });
});

function open(lines: number, offset: number): LogShipper {
  return new LogShipper(file, { lines, offset }, (index, line) => {
    sent.push([index, line]);
    return Promise.resolve(true);
  });
}

it('sends only complete lines, each once, and knows when all are acknowledged', async () => {
  await shipper.pump();
  expect(await shipper.isDone()).toBe(true);
  await writeFile(file, 'a\nb\nhal');
  await shipper.pump();
  await shipper.pump();
  expect(sent).toEqual([
    [0, 'a'],
    [1, 'b'],
  ]);
  await appendFile(file, 'f\n');
  await shipper.pump();
  expect(sent.at(-1)).toEqual([2, 'half']);
  shipper.acknowledge(2, 0);
  expect(shipper.acknowledged).toEqual({ lines: 2, offset: 4 });
  expect(await shipper.isDone()).toBe(false);
  shipper.acknowledge(3, 0);
  expect(await shipper.isDone()).toBe(true);
});

it('sends unacknowledged lines again', async () => {
  await writeFile(file, 'a\nb\nc\n');
  await shipper.pump();
  shipper.acknowledge(1, 1000);
  shipper.rewindIfStale(1500, 1000);
  await shipper.pump();
  expect(sent).toHaveLength(3);
  shipper.rewindIfStale(2500, 1000);
  await shipper.pump();
  expect(sent.slice(3)).toEqual([
    [1, 'b'],
    [2, 'c'],
  ]);
});

it('skips lines that the master has, and repeats those that it lost', async () => {
  await writeFile(file, 'a\nb\nc\n');
  shipper.acknowledge(2, 0);
  await shipper.pump();
  expect(sent).toEqual([[2, 'c']]);
  shipper.acknowledge(3, 0);
  shipper.acknowledge(1, 0);
  await shipper.pump();
  expect(sent.slice(1)).toEqual([
    [1, 'b'],
    [2, 'c'],
  ]);
});

it('continues where an earlier process stopped', async () => {
  await writeFile(file, 'a\nb\nc\n');
  await shipper.close();
  shipper = open(2, 4);
  await shipper.pump();
  expect(sent).toEqual([[2, 'c']]);
});

it('limits the number of lines in flight', async () => {
  await writeFile(file, 'x\n'.repeat(10_000));
  await shipper.pump();
  expect(sent).toHaveLength(2000);
  shipper.acknowledge(500, 0);
  await shipper.pump();
  expect(sent).toHaveLength(2500);
});

it('replaces a line that is too long, once it is complete', async () => {
  await writeFile(file, `a\n${'x'.repeat(200_000)}\n${'y'.repeat(maxLineBytes + 5)}`);
  await shipper.pump();
  await shipper.pump();
  expect(sent).toEqual([
    [0, 'a'],
    [1, 'x'.repeat(200_000)],
  ]);
  await appendFile(file, '\nb\n');
  await shipper.pump();
  expect(sent[2]?.[1]).toContain(`${maxLineBytes + 5} bytes`);
  expect(sent[3]).toEqual([3, 'b']);
  shipper.acknowledge(4, 0);
  expect(await shipper.isDone()).toBe(true);
});

it('repeats a line that was not accepted', async () => {
  await shipper.close();
  let isUp = false;
  shipper = new LogShipper(file, { lines: 0, offset: 0 }, (index, line) => {
    if (isUp) sent.push([index, line]);
    return Promise.resolve(isUp);
  });
  await writeFile(file, 'a\n');
  await shipper.pump();
  isUp = true;
  await shipper.pump();
  expect(sent).toEqual([[0, 'a']]);
});

it('sends each line under its own index when lines are acknowledged and repeated while the file is read', async () => {
  const text = (index: number): string => `line ${index}`;
  const write = async (from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index++) await appendFile(file, `${text(index)}\n`);
  };
  await write(0, 20);
  await shipper.pump();
  await write(20, 40);
  const pumping = shipper.pump();
  // The read of the next piece is in progress.
  await new Promise(setImmediate);
  shipper.acknowledge(10, 0);
  shipper.rewind();
  await pumping;
  expect(sent.at(-1)).toEqual([39, text(39)]);
  for (const [index, line] of sent) expect(line).toBe(text(index));
});

it('goes on after the file could not be opened', async () => {
  // It does not open, like a file when too many are open.
  await symlink(file, file);
  await expect(shipper.pump()).rejects.toMatchObject({ code: 'ELOOP' });
  await rm(file);
  await writeFile(file, 'a\n');
  await shipper.pump();
  expect(sent).toEqual([[0, 'a']]);
});

it('can be closed while the file cannot be opened', async () => {
  await symlink(file, file);
  const pumping = expect(shipper.pump()).rejects.toMatchObject({ code: 'ELOOP' });
  // The file is being opened.
  for (let step = 0; step < 3; step++) await Promise.resolve();
  await shipper.close();
  await pumping;
});
