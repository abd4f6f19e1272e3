import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backOffMs } from '../../../src/controller/back-off.js';
import type { ControllerStatus } from '../../../src/controller/index.js';
import { openStatusFile } from '../../../src/telemetry/index.js';
import { memorySource } from '../../support/lab/memory-source.js';
import { start, stopAll } from './support.js';

test.each([
  [1, 0, 250],
  [1, 0.5, 375],
  [2, 0, 500],
  [5, 0, 4000],
  [100, 0, 30_000],
])('failure %i with random %d waits %i ms', (failures, random, expected) => {
  expect(backOffMs({ firstMs: 500, maxMs: 60_000 }, failures, random)).toBe(expected);
});

function failed(error: unknown): never {
  throw new Error('the status file was not written', { cause: error });
}

test('the status file holds the newest status, and nothing else is left beside it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lavaflow-test-'));
  try {
    const path = join(directory, 'deep', 'status.json');
    const controller = await start({
      source: memorySource('one'),
      statusFile: openStatusFile(path, failed),
    });
    await stopAll();
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(controller.status());
    expect(await readdir(join(directory, 'deep'))).toEqual(['status.json']);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a status file that cannot be written is reported and stops nothing', async () => {
  const errors: unknown[] = [];
  const file = openStatusFile('/dev/null/status.json', (error) => errors.push(error));
  file.write({} as ControllerStatus);
  await file.close();
  expect(errors).toHaveLength(1);
});
