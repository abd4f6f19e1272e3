/** The review workflows of a lab, step by step: for a branch of the lab repo, and for a fork, whose run may only read. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { newLab } from '../../src/lab/index.js';
import { filledIn, makeSources } from '../support/cli/sources.js';
import { readWorkflow, runJob, type JobRun } from '../support/cli/workflow.js';
import { makeTestDirectory } from '../support/git/git-repository.js';
import { TestGitHub } from '../support/github/runner.js';
import type { TokenKind } from '../support/github/index.js';
import { smallLab } from '../support/lab/small-lab.js';

let root: string;
let github: TestGitHub;
let base: string;
const heads = new Map<number, string>();

beforeAll(async () => {
  root = await makeTestDirectory();
  const sources = await makeSources(join(root, 'lavaflow'));
  await mkdir(join(root, 'programs'));
  const workflows = Object.fromEntries(
    [...newLab({ lab: 'small', site: 'here', installs: null })].flatMap(([path, file]) =>
      path.startsWith('.github/') && file.type === 'file'
        ? [[path, filledIn(Buffer.from(file.content).toString('utf8'), sources)]]
        : [],
    ),
  );
  github = await TestGitHub.start();
  base = await github.push('refs/heads/main', null, { ...smallLab, ...workflows });
  for (const [number, repository] of [
    [7, github.repository],
    [8, 'vendor/lab'],
  ] as const) {
    const change = { 'device-types/lonely.jinja2': `parameters: {x: ${number}}\n` };
    const sha = await github.push(`refs/pull/${number}/head`, base, change);
    await github.author.git('push', '--quiet', 'origin', `HEAD:refs/pull/${number}/merge`);
    const head = { sha, ref: 'change', repository };
    github.api.addPull({ number, author: 'vendor', title: 'change', head, base: { sha: base, ref: 'main' } });
    heads.set(number, sha);
  }
  github.api.addCommit(base);
});
afterAll(async () => {
  await github.stop();
  await rm(root, { recursive: true, force: true });
});

/** Runs the only job of a workflow of the lab for an event. */
async function run(
  name: string,
  job: string,
  { event, payload, ref, token }: { event: string; payload: object; ref: string; token: TokenKind },
): Promise<JobRun> {
  const file = join(root, 'event.json');
  await writeFile(file, JSON.stringify(payload));
  const value = github.api.tokenOf(token);
  return runJob(readWorkflow(await github.author.git('show', `${base}:.github/workflows/${name}`)), job, {
    remote: (await github.author.git('remote', 'get-url', 'origin')).trim(),
    programs: join(root, 'programs'),
    artifacts: join(root, 'artifacts'),
    context: { 'github.ref': ref, 'github.token': value, 'github.event.workflow_run.id': '1' },
    env: {
      GITHUB_API_URL: github.api.url,
      GITHUB_REPOSITORY: github.repository,
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: file,
      GITHUB_ACTOR: 'vendor',
    },
  });
}

function reviewOf(number: number, repository: string, token: TokenKind): Promise<JobRun> {
  const head = { sha: heads.get(number), ref: 'change', repo: { full_name: repository } };
  const payload = { pull_request: { number, user: { login: 'vendor' }, head, base: { ref: 'main' } } };
  const ref = `refs/pull/${number}/merge`;
  return run('lab-review.yaml', 'review', { event: 'pull_request', payload, ref, token });
}

const written = () => ({
  comments: github.api.state.comments.map(({ issue }) => issue),
  checks: github.api.state.checkRuns.map(({ headSha, conclusion }) => [headSha, conclusion]),
});

it('a pull request gets a comment and a check, and the run succeeds while approvals are missing', async () => {
  const { failedAt, output, summary } = await reviewOf(7, github.repository, 'workflow');
  expect({ failedAt, output }).toMatchObject({ failedAt: null });
  expect(output).toContain('exit code 2: to be approved by @someone');
  expect(summary).toContain('#### To be approved by');
  expect(written()).toEqual({ comments: [7], checks: [[heads.get(7), 'action_required']] });
});

it('the second workflow publishes the review of a fork', async () => {
  expect(await reviewOf(8, 'vendor/lab', 'fork')).toMatchObject({ failedAt: null });
  expect(written().comments).toEqual([7]);
  const of = { event: 'pull_request', head_sha: heads.get(8), head_branch: 'change' };
  const payload = { workflow_run: { ...of, head_repository: { full_name: 'vendor/lab' } } };
  const comment = { event: 'workflow_run', payload, ref: 'refs/heads/main', token: 'workflow' } as const;
  const { failedAt, output } = await run('lab-review-fork.yaml', 'comment', comment);
  expect({ failedAt, output }).toMatchObject({ failedAt: null });
  expect(written().comments).toEqual([7, 8]);
  expect(written().checks.at(-1)).toEqual([heads.get(8), 'action_required']);
});
