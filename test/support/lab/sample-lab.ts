import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeTestRepository, type TestRepository } from '../git/git-repository.js';
import { projectRoot } from '../cli/run.js';

const labDirectories = ['lab-config', 'device-types', 'device-dictionaries', 'workers', 'examples'];

/** A separate git repository that contains the sample lab, in a temporary directory, with one commit. */
export async function makeSampleLab(): Promise<TestRepository> {
  const repository = await makeTestRepository();
  for (const name of labDirectories) {
    cpSync(join(projectRoot, name), join(repository.directory, name), { recursive: true });
  }
  writeFileSync(join(repository.directory, '.gitignore'), '.lavaflow/\n');
  await repository.commit({}, 'The sample lab');
  return repository;
}
