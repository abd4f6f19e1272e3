import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { ExternalError } from '../../../src/diagnostics/index.js';
import { openDriftRefs } from '../../../src/git/index.js';
import { digestOf, type Sighting } from '../../../src/plan/index.js';
import type { DriftMemory, DriftNotes } from '../../../src/reconcile/index.js';
import { openDriftMemory } from '../../../src/records/index.js';
import { isolatedGit, makeTestDirectory, testRepositoryAt } from '../../support/git/git-repository.js';

const sightings: Sighting[] = [
  { key: 'device/board-1', field: 'tags', digest: digestOf(['a']), firstSeen: '2026-01-01T00:00:00.000Z' },
  { key: 'worker/w1', field: null, digest: null, firstSeen: '2026-01-02T00:00:00.000Z' },
];

const notes: DriftNotes = {
  seen: sightings,
  putBack: [
    {
      ...{ key: 'device/board-1', field: 'tags', times: 2 },
      ...{ first: '2026-01-01T00:00:00.000Z', last: '2026-01-02T00:00:00.000Z' },
    },
  ],
};
const empty: DriftNotes = { seen: [], putBack: [] };

interface Place {
  /** Another process. */
  open(): DriftMemory;
  damage(master: string): Promise<void>;
}

async function filePlace(root: string): Promise<Place> {
  const directory = path.join(root, 'records');
  await mkdir(directory, { recursive: true });
  return {
    open: () => openDriftMemory(directory),
    damage: (master) => writeFile(path.join(directory, `${master}.drift.json`), '{"format":'),
  };
}

async function gitPlace(root: string): Promise<Place> {
  const remote = testRepositoryAt(path.join(root, 'remote.git'));
  const lab = testRepositoryAt(path.join(root, 'lab'));
  await mkdir(remote.directory, { recursive: true });
  await mkdir(lab.directory, { recursive: true });
  await remote.git('init', '--quiet', '--bare', '--initial-branch=main');
  await lab.git('init', '--quiet', '--initial-branch=main');
  await lab.git('remote', 'add', 'origin', `file://${remote.directory}`);
  await lab.commit({ 'lab-config/lab.yaml': 'one' });
  await lab.git('push', '--quiet', 'origin', 'main');
  const workDirectory = path.join(root, 'work');
  return {
    open: () => openDriftRefs({ lab: lab.directory, remote: 'origin', workDirectory }),
    async damage(master) {
      await lab.git('push', '--quiet', '--force', 'origin', `HEAD:refs/lavaflow/drift/${master}`);
    },
  };
}

describe.each([
  ['files', filePlace],
  ['refs of a repository', gitPlace],
])('the drift memory, stored in %s', (_where, makePlace) => {
  let root: string;
  let place: Place;

  beforeAll(async () => {
    for (const [name, value] of Object.entries(isolatedGit)) vi.stubEnv(name, value);
    root = await makeTestDirectory();
    place = await makePlace(root);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(root, { recursive: true, force: true });
  });

  it('is empty before the first write', async () => {
    expect(await place.open().read('main')).toEqual(empty);
  });

  it('is what was written last, master by master', async () => {
    await place.open().write('main', { seen: sightings.slice(0, 1), putBack: [] });
    await place.open().write('main', notes);
    await place.open().write('ma.in/2', empty);
    expect(await place.open().read('main')).toEqual(notes);
    expect(await place.open().read('ma.in/2')).toEqual(empty);
    expect(await place.open().read('other')).toEqual(empty);
  });

  it('is an error when it is damaged, never empty', async () => {
    await place.damage('broken');
    await expect(place.open().read('broken')).rejects.toThrow(ExternalError);
  });
});
