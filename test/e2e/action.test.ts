/** The composite action, step by step, as the examples in docs/github.md use it. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { lavaflow, projectRoot } from '../support/cli/run.js';
import { startGitHub, type GitHubStandIn } from '../support/github/index.js';
import { readWorkflow, runJob, type JobRun, type Workflow } from '../support/cli/workflow.js';
import { testRepositoryAt, type TestRepository } from '../support/git/git-repository.js';
import { startOwnTarget } from '../support/targets/own-target.js';

let root: string;
let lab: TestRepository;
let master: Awaited<ReturnType<typeof startOwnTarget>>;
let github: GitHubStandIn;

/** What npm does, without the network: `scripts/try-install.sh` runs the real one. */
const npm = `#!/usr/bin/env node
const { readFileSync, symlinkSync } = require('node:fs');
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const names = Object.keys(dependencies);
const isRight = names.includes('rolldown') && !names.includes('zeromq') && !names.includes('vitest');
if (process.argv[2] !== 'ci' || !process.argv.includes('--ignore-scripts') || !isRight) process.exit(1);
symlinkSync(${JSON.stringify(join(projectRoot, 'node_modules'))}, 'node_modules');
`;

beforeAll(async () => {
  [master, github] = await Promise.all([startOwnTarget(), startGitHub({ repository: 'example-org/lab' })]);
  root = mkdtempSync(join(tmpdir(), 'lavaflow-action-'));
  for (const part of [
    'action.yml',
    'bin',
    'scripts',
    'src',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ])
    cpSync(join(projectRoot, part), join(root, 'action', part), { recursive: true });
  mkdirSync(join(root, 'programs'));
  writeFileSync(join(root, 'programs/npm'), npm);
  chmodSync(join(root, 'programs/npm'), 0o755);
  await testRepositoryAt(root).git('init', '--quiet', '--bare', '--initial-branch=main', 'remote.git');
  const args = ['import', '--master', master.url, '--name', 'main', '--site', 'here', '--no-lava-git', 'lab'];
  expect(await lavaflow(root, args, { LAVA_TOKEN: master.token })).toMatchObject({ code: 0 });
  lab = testRepositoryAt(join(root, 'lab'));
  await lab.git('remote', 'add', 'origin', join(root, 'remote.git'));
  await lab.git('push', '--quiet', 'origin', 'HEAD:main');
  const copy = ['records', 'copy', '--from', 'file', '--to', 'git:origin'];
  expect(await lavaflow(lab.directory, copy)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await master.stop();
  await github.stop();
  rmSync(root, { recursive: true, force: true });
});

const page = readFileSync(join(projectRoot, 'docs/github.md'), 'utf8');
const [, section = ''] = /^## The action$(.*?)^## /ms.exec(page) ?? [];

/** The examples in the documentation, by the name of their job. */
const examples = new Map(
  [...section.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']): [string, Workflow] => {
    const workflow = readWorkflow(text);
    return [Object.keys(workflow.jobs)[0] ?? '', workflow];
  }),
);

function run(workflow: Workflow, ref = 'refs/heads/main'): Promise<JobRun> {
  const token = github.tokenOf({ job: workflow.permissions ?? {} });
  const event = join(root, 'event.json');
  writeFileSync(event, '{}');
  return runJob(workflow, Object.keys(workflow.jobs)[0] ?? '', {
    remote: join(root, 'remote.git'),
    programs: join(root, 'programs'),
    action: { uses: 'OWNER/lavaflow', directory: join(root, 'action') },
    env: {
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'example-org/lab',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_EVENT_PATH: event,
    },
    context: { 'github.ref': ref, 'github.token': token, 'secrets.LAVA_TOKEN': master.token },
  });
}

function example(name: string): Workflow {
  const found = examples.get(name);
  if (found === undefined) throw new Error(`docs/github.md has no example ${name}`);
  return found;
}

/** A job with these inputs, after a checkout. */
function jobWith(
  inputs: Readonly<Record<string, string>>,
  ...more: Workflow['jobs'][string]['steps']
): Workflow {
  const steps = [{ uses: 'actions/checkout@v1' }, { uses: 'OWNER/lavaflow@v1', with: inputs }, ...more];
  return { on: {}, jobs: { job: { steps } } };
}

it('reviews a pull request, applies it when it is merged, and reports drift', async () => {
  await lab.git('checkout', '--quiet', '-b', 'rack');
  await lab.commit({ 'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\n' });
  await lab.git('push', '--quiet', 'origin', 'rack:refs/pull/1/merge');

  // Exit code 2: somebody has to approve it.
  const review = await run(example('review'), 'refs/pull/1/merge');
  expect(review).toMatchObject({ failedAt: null, outputs: 'exit-code=2\n' });
  expect(review.summary).toContain('worker/rack-1');
  expect(review.output).toContain('worker/rack-1');

  await lab.git('push', '--quiet', 'origin', 'rack:main');
  const tip = (await lab.git('rev-parse', 'rack')).trim();
  github.addCommit(tip);
  const apply = await run(example('apply'));
  expect(apply).toMatchObject({ failedAt: null, outputs: 'exit-code=0\n' });
  expect(apply.summary).toContain('**The commit is applied.**');
  expect(github.state.statuses.at(-1)).toMatchObject({ state: 'success', sha: tip });
  const drift = await run(example('drift'));
  expect(drift).toMatchObject({ failedAt: null, outputs: 'exit-code=0\n' });
  expect(drift.summary).toContain('main');
});

it('installs lavaflow once, and no more without a command', async () => {
  const job = jobWith({}, { run: 'lavaflow --version' }, { uses: 'OWNER/lavaflow@v1' });
  const { failedAt, output, outputs } = await run(job);
  expect({ failedAt, outputs }).toEqual({ failedAt: null, outputs: '' });
  expect(output.trim()).toMatch(/^\d+\.\d+\.\d+$/);
});

it('fails with exit codes that are not accepted, and with those of review if others are', async () => {
  const args = '--base=origin/main~1';
  const deep = (inputs: Readonly<Record<string, string>>) => {
    const { jobs } = jobWith({ command: 'review', args, summary: 'false', ...inputs });
    const [checkout, ...rest] = jobs['job']?.steps ?? [];
    return { on: {}, jobs: { job: { steps: [{ ...checkout, with: { 'fetch-depth': 0 } }, ...rest] } } };
  };
  expect(await run(deep({}))).toMatchObject({ failedAt: null, summary: '', outputs: 'exit-code=2\n' });
  expect(await run(deep({ accept: '3 4' }))).toMatchObject({ failedAt: 1, outputs: 'exit-code=2\n' });
  const unknown = await run(jobWith({ command: 'no-such-command', accept: '2' }));
  expect(unknown).toMatchObject({ failedAt: 1, outputs: 'exit-code=1\n' });
});

it('passes arguments to no shell', async () => {
  const file = join(root, 'touched');
  const args = ['$(touch TOUCHED)', '`touch TOUCHED`', '; touch TOUCHED', '--lab=a b "c'];
  const text = args.join('\n').replaceAll('TOUCHED', file);
  const { output, failedAt } = await run(jobWith({ command: 'validate', args: text }));
  expect(failedAt).toBe(1);
  expect(output).toContain('error');
  expect(existsSync(file)).toBe(false);
});
