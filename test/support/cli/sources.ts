import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { testRepositoryAt } from '../git/git-repository.js';
import { projectRoot } from './run.js';

/** A git repository of lavaflow, and a commit in it, as users specify it in workflows. */
export interface Sources {
  readonly repository: string;
  readonly commit: string;
}

/** Makes one that is installed by links to this build: the test of the action installs a real one. */
export async function makeSources(directory: string): Promise<Sources> {
  await mkdir(directory);
  const sources = testRepositoryAt(directory);
  await sources.git('init', '--quiet');
  const link = (name: string) => `symlinkSync(${JSON.stringify(join(projectRoot, name))}, '${name}');\n`;
  await sources.write({
    'bin/lavaflow': await readFile(join(projectRoot, 'bin/lavaflow')),
    'package.json': await readFile(join(projectRoot, 'package.json')),
    'scripts/install-program.js': `import { symlinkSync } from 'node:fs';\n${link('node_modules')}${link('dist')}`,
  });
  await chmod(join(directory, 'bin/lavaflow'), 0o755);
  return { repository: directory, commit: await sources.commit({}) };
}

/** A workflow that lavaflow wrote, as its user completes it. */
export function filledIn(workflow: string, { repository, commit }: Sources): string {
  return workflow
    .replace(/^( {2}LAVAFLOW:) .*$/m, `$1 ${repository}`)
    .replace(/^( {2}LAVAFLOW_COMMIT:) .*$/m, `$1 ${commit}`);
}
