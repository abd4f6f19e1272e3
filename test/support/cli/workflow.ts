import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { parse } from 'yaml';

import { isolatedGit, testRepositoryAt } from '../git/git-repository.js';

export interface WorkflowStep {
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
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

/** A composite action. */
export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly WorkflowStep[] };
}

export function readAction(text: string): Action {
  return parse(text) as Action;
}

export interface JobRun {
  /** Index of the step that failed; null: all succeeded. */
  readonly failedAt: number | null;
  readonly output: string;
  readonly summary: string;
  /** What the steps wrote to GITHUB_OUTPUT. */
  readonly outputs: string;
}

export interface RunOptions {
  readonly remote: string;
  readonly context: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly programs: string;
  /** Where artifacts are between runs. */
  readonly artifacts?: string;
  /** A composite action, and how steps refer to it, without the version. */
  readonly action?: { readonly uses: string; readonly directory: string };
}

/**
 * Runs the steps of a job one by one, like a runner of GitHub: `run` with bash, with files for GITHUB_PATH, GITHUB_OUTPUT and
 * GITHUB_STEP_SUMMARY; `actions/checkout` with git, from this remote; the steps of one composite action; other actions do
 * nothing. Artifacts are files in a directory.
 * @param context values of expressions: `{'github.ref': ...}`; any other expression is an error
 * @param programs a directory whose programs come first in PATH
 */
export async function runJob(workflow: Workflow, job: string, options: RunOptions): Promise<JobRun> {
  const root = await mkdtemp(join(tmpdir(), 'lavaflow-runner-'));
  try {
    return await new Runner(root, options, workflow.env ?? {}).run(workflow.jobs[job]?.steps ?? []);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Surroundings {
  readonly context: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

class Runner {
  readonly #root: string;
  readonly #options: RunOptions;
  readonly #env: Readonly<Record<string, string>>;
  #output = '';

  constructor(root: string, options: RunOptions, env: Readonly<Record<string, string>>) {
    this.#root = root;
    this.#options = options;
    this.#env = env;
  }

  async run(steps: readonly WorkflowStep[]): Promise<JobRun> {
    await mkdir(this.#path('work'));
    await mkdir(this.#path('temp'));
    for (const file of ['path', 'summary', 'output']) await writeFile(this.#path(file), '');
    const context = { ...this.#options.context, 'runner.temp': this.#path('temp') };
    const failedAt = await this.#runSteps(steps, { context, env: valuesOf(this.#env, context) });
    const [summary, outputs] = await Promise.all(
      ['summary', 'output'].map((file) => readFile(this.#path(file), 'utf8')),
    );
    return { failedAt, output: this.#output, summary: summary ?? '', outputs: outputs ?? '' };
  }

  #path(name: string): string {
    return join(this.#root, name);
  }

  /** @returns the index of the step that failed, or null */
  async #runSteps(steps: readonly WorkflowStep[], around: Surroundings): Promise<number | null> {
    let failedAt: number | null = null;
    for (const [index, step] of steps.entries()) {
      if (step.if !== 'always()' && (failedAt !== null || !isTrue(step.if, around.context))) continue;
      if (!(await this.#runStep(step, around))) failedAt ??= index;
    }
    return failedAt;
  }

  /** @returns whether it succeeded */
  async #runStep(step: WorkflowStep, { context, env }: Surroundings): Promise<boolean> {
    const value = (text: unknown) => evaluate(String(text), context);
    const { action, remote, programs } = this.#options;
    const all = { ...env, ...valuesOf(step.env, context) };
    if (step.uses?.startsWith('actions/checkout@') === true) {
      const { ref = context['github.ref'] ?? '', path = '.', 'fetch-depth': depth = 1 } = step.with ?? {};
      await checkOut(remote, join(this.#path('work'), value(path)), value(ref), Number(depth));
    }
    const [, transfer] = /^actions\/(up|down)load-artifact@/.exec(step.uses ?? '') ?? [];
    if (transfer !== undefined) {
      const artifact = join(this.#options.artifacts ?? '', value(step.with?.['name']));
      const path = value(step.with?.['path']);
      if (transfer === 'up') await cp(path, join(artifact, basename(path)));
      else await cp(artifact, path, { recursive: true });
    }
    if (action !== undefined && step.uses?.startsWith(`${action.uses}@`) === true) {
      const { inputs, runs } = readAction(await readFile(join(action.directory, 'action.yml'), 'utf8'));
      const unknown = Object.keys(step.with ?? {}).filter((name) => !Object.hasOwn(inputs, name));
      if (unknown.length > 0) throw new Error(`the action has no inputs ${unknown.join(', ')}`);
      const given = Object.entries(inputs).map(([name, input]): [string, string] => [
        `inputs.${name}`,
        value(step.with?.[name] ?? input.default ?? ''),
      ]);
      const failedAt = await this.#runSteps(runs.steps, {
        context: { ...context, ...Object.fromEntries(given) },
        env: { ...all, GITHUB_ACTION_PATH: action.directory },
      });
      return failedAt === null;
    }
    if (step.run === undefined) return true;
    const paths = (await readFile(this.#path('path'), 'utf8')).split('\n').filter((line) => line !== '');
    const result = await runBash(
      // As documented for `shell: bash`, and without a shell.
      step.shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'],
      step.run,
      join(this.#path('work'), step['working-directory'] ?? '.'),
      {
        ...this.#options.env,
        ...all,
        PATH: [programs, ...paths.reverse(), process.env['PATH'] ?? ''].join(delimiter),
        RUNNER_TEMP: this.#path('temp'),
        GITHUB_PATH: this.#path('path'),
        GITHUB_OUTPUT: this.#path('output'),
        GITHUB_STEP_SUMMARY: this.#path('summary'),
        GITHUB_ACTIONS: 'true',
      },
    );
    this.#output += result.output;
    return result.code === 0;
  }
}

function valuesOf(
  env: Readonly<Record<string, string>> = {},
  context: Surroundings['context'],
): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, evaluate(text, context)]));
}

/** The conditions of steps that our workflows have. */
function isTrue(condition: string | undefined, context: Surroundings['context']): boolean {
  if (condition === undefined) return true;
  const [, name = '', operator, text] = /^([\w.-]+) ([!=]=) '([^']*)'$/.exec(condition) ?? [];
  const known = context[name];
  if (known === undefined) throw new Error(`cannot evaluate ${condition}`);
  return (known === text) === (operator === '==');
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
  if (depth === 0) await git('fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*');
  await git('fetch', '--quiet', ...(depth === 0 ? [] : [`--depth=${depth}`]), 'origin', ref);
  await git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
}

function runBash(
  options: readonly string[],
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn('bash', [...options, '-c', script], {
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
