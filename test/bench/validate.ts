/**
 * Validates a lab of 10,000 dictionaries over 300 device types from cold, again, and after changes, and compares with
 * CPython's Jinja2 and PyYAML on the same files. Run it with `npm run bench:validate`. The limits are those of the
 * project, 5 s and 400 MB from cold. Exits with 1 if a limit is exceeded, or if anything other than the changed
 * devices was rendered again. The time is the best of three processes, to exclude other work on the machine.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readWorkingTree } from '../../src/git/index.js';
import { createLabLoader, type FileMap } from '../../src/lab/index.js';
import { dictionaryPath, familyTemplate, makeLab, rootTemplate } from './validate-lab.js';

const dictionaries = 10_000;
const types = 300;
const families = 8;
const limits = { wallMs: 5_000, peakMb: 400 };
const attempts = 3;

interface Step {
  readonly what: string;
  readonly wallMs: number;
  readonly readMs: number;
  readonly cpuMs: number;
  readonly rendered: number;
  readonly findings: number;
  /** Peak of the process so far. */
  readonly peakMb: number;
}

function writeLab(directory: string): void {
  for (const [path, text] of makeLab(dictionaries, types)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

function withText(files: FileMap, path: string, change: (text: string) => string): FileMap {
  const file = files.get(path);
  if (file?.type !== 'file') throw new Error(`the lab has no ${path}`);
  const content = Buffer.from(change(Buffer.from(file.content).toString()));
  return new Map(files).set(path, { type: 'file', content });
}

/** Runs in its own process, to exclude the work of creating the lab. Prints one line of JSON per step. */
async function measure(directory: string): Promise<void> {
  const loader = createLabLoader();

  async function timed(what: string, files: () => FileMap | Promise<FileMap>): Promise<FileMap> {
    const [wall, cpu] = [performance.now(), process.cpuUsage()];
    const read = await files();
    const readMs = performance.now() - wall;
    const { findings, rendered } = loader.load(read);
    const wallMs = performance.now() - wall;
    const used = process.cpuUsage(cpu);
    const step: Step = {
      what,
      wallMs,
      readMs,
      cpuMs: (used.user + used.system) / 1000,
      rendered,
      findings: findings.length,
      // maxRSS is in kilobytes.
      peakMb: process.resourceUsage().maxRSS / 1024,
    };
    console.log(JSON.stringify(step));
    return read;
  }

  const files = await timed('from cold', async () => (await readWorkingTree(directory)).files);
  await timed('again', async () => (await readWorkingTree(directory)).files);
  const remark = (text: string) => `${text}{# changed #}\n`;
  await timed('one dictionary changed', () => withText(files, dictionaryPath(7), remark));
  await timed('one family of templates changed', () => withText(files, familyTemplate, remark));
  await timed('the root template changed', () => withText(files, rootTemplate, remark));
}

function run(directory: string): readonly Step[] {
  const { status, stdout } = spawnSync(process.execPath, [process.argv[1] ?? '', directory], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('the measuring process failed');
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Step);
}

function print({ what, wallMs, readMs, cpuMs, rendered, findings, peakMb }: Step): void {
  console.log(
    `${what}: ${wallMs.toFixed(0)} ms (of which reading files ${readMs.toFixed(0)}), CPU ${cpuMs.toFixed(0)} ms, ` +
      `${rendered} rendered, ${findings} findings, peak ${peakMb.toFixed(0)} MB`,
  );
}

/** Which results differ from the expected ones. */
function problemsOf(steps: readonly Step[]): string[] {
  const ofFamily = Array.from({ length: dictionaries }, (_, index) => (index % types) % families);
  // Each change starts from the original lab, so the dictionary that was changed before is changed back.
  const family = ofFamily.filter((one) => one === 0).length + 1;
  const wanted = [dictionaries, 0, 1, family, dictionaries];
  const problems = steps.flatMap(({ what, rendered, findings }, index) => [
    ...(rendered === wanted[index] ? [] : [`${what}: ${rendered} rendered, not ${wanted[index] ?? 0}`]),
    ...(findings === 0 ? [] : [`${what}: ${findings} findings in a lab without errors`]),
  ]);
  const [cold] = steps;
  if (cold === undefined || steps.length !== wanted.length) return [...problems, 'a step is missing'];
  if (cold.wallMs > limits.wallMs) problems.push(`from cold took longer than ${limits.wallMs} ms`);
  if (cold.peakMb > limits.peakMb) problems.push(`from cold used more than ${limits.peakMb} MB`);
  return problems;
}

/** The same with CPython, for some of the dictionaries: all of them would take minutes. */
function printPeer(directory: string, cold: Step | undefined): void {
  const { status, stdout } = spawnSync(
    '/usr/bin/python3',
    ['test/bench/validate.py', directory, '1000', '50'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (status !== 0 || cold === undefined) {
    console.log("cannot compare: Debian's python3-jinja2 or python3-yaml is missing");
    return;
  }
  const peer = JSON.parse(stdout) as {
    readonly render: number;
    readonly libyaml: number;
    readonly python: number;
  };
  const ours = cold.cpuMs / dictionaries;
  for (const [name, loader] of [
    ['libyaml', 'CSafeLoader'],
    ['python', 'SafeLoader'],
  ] as const) {
    const theirs = peer.render + peer[name];
    console.log(
      `CPython's Jinja2 and PyYAML (${loader}): ${theirs.toFixed(2)} ms CPU per dictionary (rendering ${peer.render.toFixed(2)}), ` +
        `lavaflow including everything ${ours.toFixed(2)}: ${(theirs / ours).toFixed(1)} times as fast`,
    );
  }
}

function main(): void {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-bench-'));
  try {
    writeLab(directory);
    console.log(`${dictionaries} dictionaries over ${types} device types`);
    let problems: string[] = [];
    let cold: Step | undefined;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const steps = run(directory);
      steps.forEach(print);
      [cold] = steps;
      problems = problemsOf(steps);
      if (problems.length === 0) break;
      console.log(problems.join('\n'));
    }
    printPeer(directory, cold);
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const lab = process.argv[2];
if (lab === undefined) main();
else await measure(lab);
