import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '../../..');

/** What the rooms that decide are made of. */
export const pureRooms = ['model', 'diagnostics', 'pyyaml', 'jinja', 'lab', 'plan'].map(
  (room) => `src/${room}`,
);

/** What a process needs that opens records (records.ts). */
export const recordRooms = [
  ...pureRooms,
  'src/host',
  'src/reconcile',
  'src/records',
  'src/git',
  'test/support/processes/records.ts',
];

/**
 * JavaScript of some folders or files, in a temporary directory of the same layout, for processes that a test
 * starts: they run what is in the working tree now, whatever was built before.
 */
export function compileRooms(paths: readonly string[]): { directory: string; remove: () => void } {
  const directory = mkdtempSync(path.join(tmpdir(), 'lavaflow-compiled-'));
  copyFileSync(path.join(root, 'package.json'), path.join(directory, 'package.json'));
  symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  for (const file of paths.flatMap(filesOf)) {
    const { outputText } = ts.transpileModule(readFileSync(path.join(root, file), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    const target = path.join(directory, file.replace(/\.ts$/, '.js'));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  return {
    directory,
    remove: () => {
      rmSync(directory, { recursive: true });
    },
  };
}

function filesOf(file: string): string[] {
  if (file.endsWith('.ts')) return [file];
  return readdirSync(path.join(root, file), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => path.join(file, name));
}
