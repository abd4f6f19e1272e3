/**
 * Builds `dist/`: every module with its types, as the tests and `lavaflow/jinja` use them, and in `dist/bundle/` the
 * programs that `bin/lavaflow` and the dispatcher start: few files, so that a command starts fast. Deletes files whose
 * source no longer exists. With `--bundle`, builds only the programs.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const bundleDirectory = join(dist, 'bundle');

/** Native modules, and an optional module of PostgreSQL's driver. */
const external = ['better-sqlite3', 'zeromq', 'pg-native'];

async function compile() {
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
  }).catch((/** @type {{stdout: string, stderr: string}} */ failed) => {
    process.stderr.write(failed.stdout + failed.stderr);
    process.exit(1);
  });
  process.stdout.write(stdout);
}

async function bundle() {
  const build = await rolldown({
    cwd: root,
    input: {
      lavaflow: 'src/cli/main.ts',
      executor: 'src/executor/main.ts',
      reader: 'src/master/reading/thread.ts',
      watchdog: 'src/dispatcher/watchdog/main.ts',
    },
    platform: 'node',
    external,
    // The index of a room only re-exports. A command that uses one export of a room loads only the module of that export.
    // This does not hold for an index that is also imported dynamically: all its importers then load the whole room.
    treeshake: { moduleSideEffects: [{ test: /\/src\/(?:app\/)?[^/]+\/index\.ts$/, sideEffects: false }] },
  });
  // Not minified: the stack trace of a bug stays readable, and minifying saves no time.
  const { output } = await build.write({
    dir: bundleDirectory,
    format: 'esm',
    sourcemap: true,
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  await build.close();
  const idFile = join(bundleDirectory, 'build-id');
  writeFileSync(idFile, `${idOf(output.filter((file) => file.type === 'chunk'))}\n`);
  return new Set([...output.map(({ fileName }) => join(bundleDirectory, fileName)), idFile]);
}

/** @param {readonly import('rolldown').OutputChunk[]} chunks */
function idOf(chunks) {
  const hash = createHash('sha256');
  for (const { code } of chunks) hash.update(code);
  return hash.digest('hex');
}

/** @param {string} directory @param {(file: string) => boolean} isCurrent */
function removeStale(directory, isCurrent) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (path !== bundleDirectory || directory !== dist) removeStale(path, isCurrent);
      if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
    } else if (!isCurrent(path)) rmSync(path);
  }
}

/** @param {string} file a path in `dist/` */
function hasSource(file) {
  if (file === join(dist, '.tsbuildinfo')) return true;
  const source = join(root, 'src', file.slice(dist.length).replace(/(?:\.d\.ts|\.js|\.js\.map)$/, '.ts'));
  return existsSync(source);
}

mkdirSync(dist, { recursive: true });
const isBundleOnly = process.argv.includes('--bundle');
const [bundled] = await Promise.all([bundle(), isBundleOnly ? null : compile()]);
if (!isBundleOnly) removeStale(dist, hasSource);
removeStale(bundleDirectory, (file) => bundled.has(file) || bundled.has(file.replace(/\.map$/, '')));
