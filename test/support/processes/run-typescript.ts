import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const root = join(import.meta.dirname, '../../..');
const dist = pathToFileURL(join(root, 'dist')).href;

/**
 * Runs a file of test/support in a process of its own. It and what it imports of test/ are compiled into `directory`;
 * what it imports of src/ comes from the build (`npm run build`), as it does for a user.
 */
export async function runTypeScript(
  file: string,
  args: readonly string[],
  directory: string,
): Promise<ChildProcess> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  const program = await compile(file, directory);
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function compile(file: string, directory: string): Promise<string> {
  const source = await readFile(join(root, file), 'utf8');
  for (const [, name = ''] of source.matchAll(/from '(\.[^']+)\.js'/g)) {
    const imported = join(dirname(file), `${name}.ts`);
    if (imported.startsWith('test/')) await compile(imported, directory);
  }
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
    },
  });
  const target = join(directory, file.replace(/\.ts$/, '.js'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, outputText.replaceAll(/'(?:\.\.\/)+src\//g, `'${dist}/`));
  return target;
}
