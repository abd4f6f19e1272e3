/**
 * What a command loads before it does anything: the fewer modules, the faster it starts. Node.js reports every script
 * that ran (NODE_V8_COVERAGE), and the source map of a chunk lists the modules in it. Counts do not depend on the machine.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

import { makeTestRepository } from '../../support/git/git-repository.js';
import { smallLab } from '../../support/lab/small-lab.js';

const root = join(import.meta.dirname, '../../..');

interface Loaded {
  readonly packages: readonly string[];
  /** Rooms of `src/`; nouns of app as `app/NOUN`. */
  readonly rooms: readonly string[];
  readonly moduleCount: number;
}

function loadedBy(args: readonly string[], cwd = root): Loaded {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-loaded-'));
  try {
    spawnSync(process.execPath, [join(root, 'bin/lavaflow'), ...args], {
      cwd,
      env: { ...process.env, NODE_V8_COVERAGE: directory, LAVA_TOKEN: 'x' },
    });
    const modules = readdirSync(directory).flatMap((name) =>
      scriptsIn(join(directory, name)).flatMap(modulesOf),
    );
    const packages = modules.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    const rooms = modules.flatMap((path) => {
      const isOurs = !path.includes('node_modules/');
      return isOurs ? (/(?:^|\/)src\/(app\/[^/]+|[^/]+)\//.exec(path)?.[1] ?? []) : [];
    });
    return {
      packages: [...new Set(packages)].sort(),
      rooms: [...new Set(rooms)].sort(),
      moduleCount: modules.length,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The files of a process that Node.js ran. */
function scriptsIn(coverageFile: string): string[] {
  const { result } = JSON.parse(readFileSync(coverageFile, 'utf8')) as { result: { url: string }[] };
  return result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url));
}

function modulesOf(script: string): readonly string[] {
  // Packages outside the bundle may have source maps of their own, which do not name the package.
  if (script.includes('/node_modules/') || !existsSync(`${script}.map`)) return [script];
  const { sources } = JSON.parse(readFileSync(`${script}.map`, 'utf8')) as { sources: string[] };
  return sources;
}

const declared = {
  packages: ['commander', 'picocolors'],
  rooms: ['cli', 'diagnostics', 'host', 'model', 'package'],
};

it.each([
  [['--version']],
  [['--help']],
  [['validate', '--help']],
  [['plan', '--help']],
  [['github', 'review', '--help']],
  [['jobs', '--help']],
  [['up', '--help']],
  [['plan', '--no-such-option']],
])('%j loads the declarations of commands alone', (args) => {
  const loaded = loadedBy(args);
  expect(loaded).toMatchObject(declared);
  expect(loaded.moduleCount).toBeLessThan(90);
});

it('a module that is loaded is seen', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-loaded-'));
  try {
    const loaded = loadedBy(['certs', 'create', 'worker-1', '--dir', directory]);
    expect(loaded.packages).toContain('zeromq');
    expect(loaded.rooms).toContain('wire');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

/** Native modules, databases, a web server, logging: only the runtime needs them. */
const ofRuntime = ['better-sqlite3', 'zeromq', 'fastify', 'pg', 'kysely', 'pino', 'node-cron', 'nodemailer'];
/** Only needed to talk to a master. */
const ofMasters = ['p-queue', 'p-retry', 'fast-xml-parser'];

it.each([
  [
    ['validate'],
    [...ofRuntime, ...ofMasters, 'diff'],
    ['plan', 'lava', 'records', 'controller', 'telemetry', 'web', 'net'],
  ],
  [
    ['render', '--all'],
    [...ofRuntime, ...ofMasters, 'diff'],
    ['plan', 'lava', 'records', 'controller'],
  ],
  [
    ['report'],
    [...ofRuntime, ...ofMasters, 'simple-git', 'ajv', 'nunjucks', 'yaml', 'diff'],
    ['git', 'lab', 'jinja', 'lava', 'plan', 'notify', 'controller'],
  ],
  [['plan', '--master', 'none'], ofRuntime, ['controller', 'simulator', 'board', 'telemetry', 'web', 'net']],
  [['drift', '--master', 'none'], ofRuntime, ['controller', 'simulator', 'board', 'telemetry', 'web', 'net']],
  [
    ['jobs', 'show', '1', '--url', 'http://127.0.0.1:1'],
    [...ofRuntime, 'simple-git', 'ajv', 'nunjucks', 'diff'],
    ['git', 'lab', 'jinja', 'plan', 'reconcile', 'records'],
  ],
  [
    ['board', 'power', 'on', 'none'],
    [...ofRuntime, ...ofMasters, 'simple-git', 'ajv', 'nunjucks', 'yaml'],
    ['git', 'lab', 'jinja', 'lava', 'plan'],
  ],
])('%j loads neither the packages %j nor the rooms %j', (args, packages, rooms) => {
  const loaded = loadedBy(args);
  expect(loaded.packages).toContain('commander');
  expect(loaded.packages.filter((name) => packages.includes(name))).toEqual([]);
  expect(loaded.rooms.filter((name) => rooms.includes(name))).toEqual([]);
});

it('review and validate load nothing that talks to GitHub', () => {
  for (const args of [['review', '--base', 'HEAD'], ['validate']])
    expect(loadedBy(args).rooms).not.toContain('github');
});

it('drift loads what reads labs only if no earlier drift has read this one', async () => {
  const lab = await makeTestRepository();
  try {
    await lab.commit({ ...smallLab, '.gitignore': '.lavaflow/\n' });
    mkdirSync(join(lab.directory, '.lavaflow'));
    const drift = () => loadedBy(['drift', '--master', 'none'], lab.directory);
    const [first, second] = [drift(), drift()];
    expect(first.packages).toContain('yaml');
    expect(first.rooms).toContain('executor');
    expect(second.packages).not.toContain('yaml');
    expect(second.rooms).not.toContain('executor');
    expect(second.moduleCount).toBeGreaterThan(100);
  } finally {
    await lab.remove();
  }
});
