/**
 * Installs the program alone in a checkout of lavaflow, for workflows (action.yml): the packages that the bundle is built
 * from, at the versions and checksums of the lockfile, and then the bundle. Native modules, which only the runtime needs, and
 * tools for development are left out. No package's scripts are run, so no compiler is needed.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const workplace = join(root, '.install');
const native = ['better-sqlite3', 'zeromq'];

/** @param {string} program @param {readonly string[]} args @param {string} cwd */
function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(`${program} failed${error === undefined ? '' : `: ${error.message}`}`);
  process.exit(1);
}

function installPackages() {
  const { name, version, type, dependencies, devDependencies, overrides } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const needed = Object.fromEntries(Object.entries(dependencies).filter(([one]) => !native.includes(one)));
  const reduced = {
    name,
    version,
    type,
    private: true,
    dependencies: { ...needed, rolldown: devDependencies.rolldown },
    overrides,
  };
  rmSync(workplace, { recursive: true, force: true });
  mkdirSync(workplace);
  writeFileSync(join(workplace, 'package.json'), JSON.stringify(reduced));
  copyFileSync(join(root, 'package-lock.json'), join(workplace, 'package-lock.json'));
  // rolldown's binary for this machine is an optional package.
  const options = ['--ignore-scripts', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['ci', ...options], workplace);
  renameSync(join(workplace, 'node_modules'), join(root, 'node_modules'));
  rmSync(workplace, { recursive: true });
}

if (!existsSync(join(root, 'dist/bundle/build-id'))) {
  if (!existsSync(join(root, 'node_modules'))) installPackages();
  run(process.execPath, [join(root, 'scripts/build.js'), '--bundle'], root);
}
