/**
 * Reviews a change to the base template of 5,000 dictionaries, as a whole process and without any cache, as in a workflow.
 * Run it with `npm run bench:review`. Exits with 1 if it takes longer than 4 s or more than 500 MB, or if the review does
 * not show the change once for all devices. The time is the best of three runs, to exclude other work on the machine.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeLab, rootTemplate } from './validate-lab.js';

const dictionaries = 5_000;
const types = 300;
const limits = { wallMs: 4_000, peakMb: 500 };
const attempts = 3;

interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly output: string;
}

function write(directory: string, path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}

function git(directory: string, ...args: string[]): void {
  const settings = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org'];
  execFileSync('git', [...settings, ...args], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
}

function makeRepository(directory: string): void {
  for (const [path, text] of makeLab(dictionaries, types)) write(directory, path, text);
  git(directory, 'init', '--quiet', '--initial-branch=main');
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '-m', 'base');
  git(directory, 'checkout', '--quiet', '-b', 'change');
  const text = readFileSync(join(directory, rootTemplate), 'utf8');
  write(directory, rootTemplate, text.replace("spawn_maxread: '4092'", "spawn_maxread: '4096'"));
  git(directory, 'commit', '--quiet', '--all', '-m', 'change');
}

/** Measures the process itself: a module that is loaded first prints what it used when it exits. */
function run(directory: string, meter: string): Run {
  const start = performance.now();
  const program = join(import.meta.dirname, '../../../bin/lavaflow');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', meter, program, 'review', '--base', 'main', '--format', 'json'],
    { cwd: directory, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  const wallMs = performance.now() - start;
  const [, cpu, peak] = /^used (\d+) (\d+)$/m.exec(stderr) ?? [];
  if (status !== 2 || cpu === undefined) throw new Error(`the review failed: ${stderr}`);
  return { wallMs, cpuMs: Number(cpu), peakMb: Number(peak) / 1024, output: stdout };
}

function problemsOf({ wallMs, peakMb, output }: Run): string[] {
  const review = JSON.parse(output) as {
    readonly masters: readonly { readonly rendered: readonly { readonly count: number }[] }[];
  };
  const counts = review.masters.flatMap(({ rendered }) => rendered.map(({ count }) => count));
  return [
    ...(String(counts) === String(dictionaries) ? [] : [`shown for ${String(counts)} devices`]),
    ...(wallMs > limits.wallMs ? [`took longer than ${limits.wallMs} ms`] : []),
    ...(peakMb > limits.peakMb ? [`used more than ${limits.peakMb} MB`] : []),
  ];
}

function main(): void {
  const directory = mkdtempSync(join(tmpdir(), 'lavaflow-bench-'));
  try {
    const lab = join(directory, 'lab');
    mkdirSync(lab);
    makeRepository(lab);
    const meter = join(directory, 'meter.mjs');
    writeFileSync(
      meter,
      "process.on('exit', () => { const u = process.resourceUsage(); console.error(`used ${Math.round((u.userCPUTime + u.systemCPUTime) / 1000)} ${u.maxRSS}`); });\n",
    );
    const runs = Array.from({ length: attempts }, () => run(lab, meter));
    for (const { wallMs, cpuMs, peakMb } of runs)
      console.log(
        `review of ${dictionaries} devices: ${wallMs.toFixed(0)} ms, CPU ${cpuMs} ms, peak ${peakMb.toFixed(0)} MB`,
      );
    const [best] = runs.sort((a, b) => a.wallMs - b.wallMs);
    const problems = best === undefined ? ['nothing ran'] : problemsOf(best);
    for (const problem of problems) console.log(`limit exceeded: ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

main();
