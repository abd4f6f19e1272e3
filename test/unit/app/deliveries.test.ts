/** Deliveries of webhooks are remembered in a file. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openDeliveries } from '../../../src/app/controller/deliveries.js';
import { placeOf } from '../../../src/app/state/index.js';

let lab: string;
beforeEach(async () => {
  lab = await mkdtemp(join(tmpdir(), 'lavaflow-test-'));
  await mkdir(placeOf(lab).state.root);
});
afterEach(() => rm(lab, { recursive: true, force: true }));

const open = () => openDeliveries(placeOf(lab).state);

it('survive a restart', async () => {
  const deliveries = await open();
  await deliveries.add('one');
  await deliveries.add('two');
  expect([deliveries.has('one'), deliveries.has('three')]).toEqual([true, false]);
  const again = await open();
  expect([again.has('one'), again.has('two'), again.has('three')]).toEqual([true, true, false]);
});

it('that could not be stored are not remembered, so that GitHub can repeat them', async () => {
  const deliveries = await open();
  await rm(placeOf(lab).state.root, { recursive: true });
  await expect(deliveries.add('one')).rejects.toMatchObject({ name: 'ExternalError' });
  expect(deliveries.has('one')).toBe(false);
});

it('are limited, and lines that are no ID are ignored', async () => {
  const file = join(placeOf(lab).state.root, 'deliveries');
  await writeFile(file, `not an ID\n${Array.from({ length: 6_000 }, (_, index) => `d-${index}\n`).join('')}`);
  const deliveries = await open();
  await deliveries.add('new');
  expect([deliveries.has('d-0'), deliveries.has('d-5999'), deliveries.has('new')]).toEqual([
    false,
    true,
    true,
  ]);
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(5_000);
});
