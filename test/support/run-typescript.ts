import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

const support = dirname(fileURLToPath(import.meta.url));
const dist = pathToFileURL(join(support, '..', '..', 'dist')).href;

/**
 * Runs a file of test/support in a process of its own. It and its neighbours are compiled into `directory`; what
 * they import of src/ comes from the build (`npm run build`), as it does for a user.
 */
export async function runTypeScript(
  name: string,
  args: readonly string[],
  directory: string,
): Promise<ChildProcess> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  await compile(name, directory);
  return spawn(process.execPath, [join(directory, `${basename(name, '.ts')}.js`), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function compile(name: string, directory: string): Promise<void> {
  const source = await readFile(join(support, name), 'utf8');
  for (const [, neighbour] of source.matchAll(/from '\.\/([\w-]+)\.js'/g)) {
    await compile(`${neighbour ?? ''}.ts`, directory);
  }
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
    },
  });
  const output = outputText.replaceAll("'../../src/", `'${dist}/`);
  await writeFile(join(directory, `${basename(name, '.ts')}.js`), output);
}
