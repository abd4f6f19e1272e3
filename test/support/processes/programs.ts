import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rolldown } from 'rolldown';

const root = path.resolve(import.meta.dirname, '../../..');

/** JavaScript that `node` can run, in a temporary directory. */
export interface Programs {
  readonly directory: string;
  /** The bundled program, by the path of its source file in the project. */
  fileOf(source: string): string;
  remove(): void;
}

/**
 * Bundles files of `src/` or `test/`, each with its imports, for processes that a test starts: they run the current
 * working tree regardless of the last build, and start fast.
 * @param sources paths in the project
 */
export async function bundlePrograms(sources: readonly string[]): Promise<Programs> {
  const directory = mkdtempSync(path.join(tmpdir(), 'lavaflow-programs-'));
  copyFileSync(path.join(root, 'package.json'), path.join(directory, 'package.json'));
  symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  const nameOf = (source: string): string => source.replace(/\.ts$/, '');
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(sources.map((source) => [nameOf(source), source])),
    platform: 'node',
    external: ['better-sqlite3', 'zeromq', 'pg-native'],
    logLevel: 'silent',
  });
  await bundle.write({ dir: directory, format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js' });
  await bundle.close();
  return {
    directory,
    fileOf: (source) => path.join(directory, `${nameOf(source)}.js`),
    remove: () => {
      rmSync(directory, { recursive: true });
    },
  };
}
