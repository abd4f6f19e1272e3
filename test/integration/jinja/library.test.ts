import { spawnSync } from 'node:child_process';
import {
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
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** What a user's project has: strict types, and neither Node's types nor trust in those of packages. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    strict: true,
    noUnusedLocals: true,
    types: [],
    skipLibCheck: false,
  },
  files: ['example.ts'],
};

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** The example of docs/jinja.md, where each `expression; // "text"` checks itself. */
function readExample(): { readonly source: string; readonly checks: number } {
  const page = readFileSync(path.join(root, 'docs/jinja.md'), 'utf8');
  const example = /```ts\n(.*?)```/s.exec(page)?.[1] ?? '';
  let checks = 0;
  const source = example.replace(/^(\S.*); \/\/ (".*")$/gm, (_, shown: string, expected: string) => {
    checks++;
    return `{ const shown: string = ${shown}; if (shown !== ${expected}) throw new Error(shown); }`;
  });
  return { source, checks };
}

describe('the package, as its users get it', () => {
  let project: string;
  beforeAll(() => {
    project = mkdtempSync(path.join(tmpdir(), 'lavaflow-library-'));
    run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], root);
    const [tarball = ''] = readdirSync(project);
    const modules = path.join(project, 'node_modules');
    mkdirSync(path.join(modules, 'lavaflow'), { recursive: true });
    run(
      'tar',
      ['-xzf', path.join(project, tarball), '-C', path.join(modules, 'lavaflow'), '--strip-components=1'],
      project,
    );
    // Its dependencies are those of this project, so that nothing is fetched.
    const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const name of Object.keys(dependencies)) {
      // Of a scoped name, the scope is a directory.
      mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
      symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
    }
    writeFileSync(path.join(project, 'package.json'), '{"type": "module"}');
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  });
  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  it('has lavaflow/jinja, with which the example on its page compiles and produces the documented results', () => {
    const { source, checks } = readExample();
    writeFileSync(path.join(project, 'example.ts'), source);
    run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc')], project);
    run(process.execPath, ['example.js'], project);
    expect(checks).toBe(2);
  });

  it('has nothing else to import', () => {
    const script = `await import('lavaflow/dist/jinja/environment.js')`;
    expect(() => run(process.execPath, ['--input-type=module', '-e', script], project)).toThrow(
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    );
  });
});
