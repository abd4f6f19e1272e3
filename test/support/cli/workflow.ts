import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';

import { isolatedGit, testRepositoryAt } from '../git/git-repository.js';

export interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

export interface WorkflowJob {
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly WorkflowStep[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

export function readWorkflow(text: string): Workflow {
  return parse(text) as Workflow;
}

export interface JobRun {
  /** Index of the step that failed; null: all succeeded. */
  readonly failedAt: number | null;
  readonly output: string;
  readonly summary: string;
}

/**
 * Runs the steps of a job one by one, like a runner of GitHub: `run` with bash, with files for GITHUB_PATH and
 * GITHUB_STEP_SUMMARY; `actions/checkout` with git, from this remote; other actions do nothing.
 * @param context values of expressions: `{'github.ref': ...}`; any other expression is an error
 * @param programs a directory whose programs come first in PATH
 */
export async function runJob(
  workflow: Workflow,
  job: string,
  options: {
    readonly remote: string;
    readonly context: Readonly<Record<string, string>>;
    readonly env: Readonly<Record<string, string>>;
    readonly programs: string;
  },
): Promise<JobRun> {
  const root = await mkdtemp(join(tmpdir(), 'lavaflow-runner-'));
  const workspace = join(root, 'work');
  const files = { path: join(root, 'path'), summary: join(root, 'summary') };
  await mkdir(workspace);
  await mkdir(join(root, 'temp'));
  for (const file of Object.values(files)) await writeFile(file, '');
  const value = (text: unknown) => evaluate(String(text), options.context);
  let output = '';
  const done = async (failedAt: number | null): Promise<JobRun> => ({
    failedAt,
    output,
    summary: await readFile(files.summary, 'utf8'),
  });
  try {
    for (const [index, step] of (workflow.jobs[job]?.steps ?? []).entries()) {
      if (step.uses?.startsWith('actions/checkout@') === true) {
        const {
          ref = options.context['github.ref'] ?? '',
          path = '.',
          'fetch-depth': depth = 1,
        } = step.with ?? {};
        await checkOut(options.remote, join(workspace, value(path)), value(ref), Number(depth));
      }
      if (step.run === undefined) continue;
      const paths = (await readFile(files.path, 'utf8')).split('\n').filter((line) => line !== '');
      const all = { ...workflow.env, ...step.env };
      const result = await runBash(step.run, join(workspace, step['working-directory'] ?? '.'), {
        ...options.env,
        ...Object.fromEntries(Object.entries(all).map(([name, text]) => [name, value(text)])),
        PATH: [options.programs, ...paths.reverse(), process.env['PATH'] ?? ''].join(delimiter),
        RUNNER_TEMP: join(root, 'temp'),
        GITHUB_PATH: files.path,
        GITHUB_STEP_SUMMARY: files.summary,
        GITHUB_ACTIONS: 'true',
      });
      output += result.output;
      if (result.code !== 0) return await done(index);
    }
    return await done(null);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

function evaluate(text: string, context: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_all, name: string) => {
    const known = context[name];
    if (known === undefined) throw new Error(`the workflow requires ${name}`);
    return known;
  });
}

async function checkOut(remote: string, directory: string, ref: string, depth: number): Promise<void> {
  await mkdir(directory, { recursive: true });
  const git = (...args: string[]) => testRepositoryAt(directory).git(...args);
  await git('init', '--quiet');
  await git('remote', 'add', 'origin', remote);
  await git('fetch', '--quiet', `--depth=${depth}`, 'origin', ref);
  await git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
}

function runBash(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn('bash', ['-e', '-c', script], {
    cwd,
    env: { HOME: tmpdir(), TMPDIR: tmpdir(), ...isolatedGit, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}
