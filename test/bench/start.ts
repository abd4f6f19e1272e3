/**
 * Measures how long a user waits for a command: whole processes, from start to exit, with the limits that the project
 * promises. Run it with `npm run bench:start`. Exits with 1 if a figure exceeds its limit.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Figures } from './reconcile/figures.js';

const rounds = 10;
/** npm runs its scripts in the package's directory. */
const root = resolve('.');
const executable = join(root, 'bin/lavaflow');

interface Measured {
  readonly what: string;
  readonly args: readonly string[];
  readonly atMost?: number;
}

/** Medians in seconds. The commands run alternately, so that the load of the machine affects all of them alike. */
function measure(commands: readonly Measured[], directory: string): readonly number[] {
  const seconds = commands.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { what, args }] of commands.entries()) {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${what} failed: ${stderr}`);
      seconds[index]?.push((performance.now() - start) / 1000);
    }
  }
  return seconds.map((all) => all.sort((a, b) => a - b)[rounds / 2] ?? Number.NaN);
}

/** The sample lab, committed, in its own directory. */
function copySampleLab(): string {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-bench-'));
  for (const name of ['lab-config', 'device-types', 'device-dictionaries', 'workers'])
    cpSync(join(root, name), join(directory, name), { recursive: true });
  writeFileSync(join(directory, '.gitignore'), '.lavaflow/\n');
  const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org'];
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    [...author, 'commit', '-q', '-m', 'bench'],
  ])
    execFileSync('git', args, { cwd: directory });
  return directory;
}

/** Starts the embedded master with the whole lab applied; resolves with a function that stops it. */
async function startUp(directory: string): Promise<() => Promise<void>> {
  const anyPorts = ['--listen', '--control', '--logs'].flatMap((option) => [option, '127.0.0.1:0']);
  const up = spawn(process.execPath, [executable, 'up', ...anyPorts], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) =>
    up.once('exit', () => {
      done();
    }),
  );
  const lines = createInterface({ input: up.stdout });
  await new Promise<void>((ready, failed) => {
    lines.on('line', (line) => {
      if (line.startsWith('ready: ')) ready();
    });
    void ended.then(() => {
      failed(new Error('lavaflow up ended before it was ready'));
    });
  });
  return async () => {
    up.kill('SIGTERM');
    await ended;
  };
}

const lab = copySampleLab();
const figures = new Figures();
const stop = await startUp(lab);
try {
  console.log(
    `${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1) ?? ''}; medians of ${rounds}`,
  );
  const commands: readonly Measured[] = [
    { what: 'node -e 0', args: ['-e', '0'] },
    { what: 'lavaflow --version', args: [executable, '--version'], atMost: 0.15 },
    { what: 'lavaflow --help', args: [executable, '--help'], atMost: 0.15 },
    { what: 'lavaflow validate', args: [executable, 'validate'], atMost: 0.45 },
    { what: 'lavaflow plan', args: [executable, 'plan', '--master', 'embedded'], atMost: 0.6 },
  ];
  const medians = measure(commands, lab);
  for (const [index, { what, atMost }] of commands.entries())
    figures.add({
      what,
      value: medians[index] ?? Number.NaN,
      unit: 's',
      ...(atMost === undefined ? {} : { atMost }),
    });
} finally {
  await stop();
  rmSync(lab, { recursive: true });
}
if (figures.over.length > 0) {
  console.log(`over the limit: ${figures.over.join('; ')}`);
  process.exitCode = 1;
}
