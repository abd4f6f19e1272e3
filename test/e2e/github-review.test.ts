/**
 * `lavaflow github`: from a push of a vendor to a comment and a check, with a clone as actions/checkout makes it, git over
 * HTTP, and the stand-in for GitHub's API.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { ReviewJson } from '../../src/review/review-json.js';
import { TestGitHub } from '../support/github/runner.js';
import { dictionary, smallLab } from '../support/lab/small-lab.js';

const marker = '<!-- lavaflow review -->';
let github: TestGitHub;
let base: string;
let heads: { ours: string; fork: string; broken: string; none: string };

beforeAll(async () => {
  github = await TestGitHub.start();
  base = await github.push('refs/heads/main', null, {
    ...smallLab,
    '.gitignore': '.lavaflow/\n',
    'device-types/powered.jinja2':
      'commands: {power_on: "pduclient --hostname pdu-1 --port {{ outlet }} --command on"}\n',
    ...powered('p-1', 1),
    ...powered('p-2', 2),
  });
  const template = (value: number) => ({ 'device-types/lonely.jinja2': `parameters: {x: ${value}}\n` });
  heads = {
    ours: await github.push('refs/pull/7/head', base, template(2)),
    fork: await github.push('refs/pull/8/head', base, template(3)),
    broken: await github.push('refs/pull/9/head', base, { 'lab-config/sites/here.yaml': 'kind: Site\n' }),
    none: await github.push('refs/pull/10/head', base, {}),
  };
  const pulls = [
    { number: 7, sha: heads.ours, repository: github.repository },
    { number: 8, sha: heads.fork, repository: 'vendor/lab' },
    { number: 9, sha: heads.broken, repository: github.repository },
    { number: 10, sha: heads.none, repository: github.repository },
  ];
  for (const { number, sha, repository } of pulls) {
    const head = { sha, ref: `change-${number}`, repository };
    github.api.addPull({ number, author: 'vendor', title: 'change', head, base: { sha: base, ref: 'main' } });
  }
  github.api.addCommit(base);
});
afterAll(() => github.stop());
afterEach(() => {
  const { comments, checkRuns, reviews } = github.api.state;
  for (const list of [comments, checkRuns, reviews]) list.splice(0);
});

function payloadOf(number: number, sha: string, from = github.repository): object {
  return {
    pull_request: {
      number,
      user: { login: 'vendor' },
      head: { sha, ref: `change-${number}`, repo: { full_name: from } },
      base: { sha: base, ref: 'main' },
    },
  };
}

const checks = () =>
  github.api.state.checkRuns.map(({ headSha, conclusion, name }) => ({ headSha, conclusion, name }));
const comments = () => github.api.state.comments.map(({ body }) => body);

/** A device that a power outlet switches. */
function powered(name: string, outlet: number): Readonly<Record<string, string>> {
  return {
    [`device-dictionaries/${name}.jinja2`]: dictionary('powered', 'w1') + `{% set outlet = ${outlet} %}\n`,
  };
}

describe('lavaflow github review', () => {
  it('writes one comment and one check, and keeps the change from being merged until its owner approves', async () => {
    const clone = await github.checkout(heads.ours);
    const review = (event: string, runId: string) =>
      github.run(clone, ['github', 'review'], { event, payload: payloadOf(7, heads.ours), runId });
    const first = await review('pull_request', '1');
    expect(first.stderr).toMatch(/^exit code 2: to be approved by @someone \(site here\); changes 1 object/);
    expect(first).toMatchObject({ code: 2, stdout: expect.stringContaining('comment created: ') as string });
    expect(first.summary).toContain('#### To be approved by');
    expect(comments()).toHaveLength(1);
    expect(comments()[0]?.startsWith(`${marker}\n`)).toBe(true);
    expect(comments()[0]).toContain('1 device of here uses it: <code>device-types/lonely');
    expect(comments()[0]).not.toContain('where the branches parted');
    expect(checks()).toEqual([
      { headSha: heads.ours, conclusion: 'action_required', name: 'lavaflow review' },
    ]);

    github.api.addReview(7, { author: 'Someone', state: 'APPROVED' });
    const second = await review('pull_request_review', '2');
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toContain('comment updated: ');
    expect(comments()).toHaveLength(1);
    expect(comments()[0]).toContain('✓ approved by <code>Someone</code>');
    expect(checks().at(-1)).toMatchObject({ headSha: heads.ours, conclusion: 'success' });
  });

  it('ends with 3 and a failed check for new errors, which are annotations', async () => {
    const clone = await github.checkout(heads.broken);
    const payload = payloadOf(9, heads.broken);
    const outcome = await github.run(clone, ['github', 'review'], { event: 'pull_request', payload });
    expect(outcome.code).toBe(3);
    expect(checks()).toMatchObject([{ conclusion: 'failure' }]);
    expect(github.api.state.checkRuns[0]?.annotations).toMatchObject([
      { path: 'lab-config/sites/here.yaml', start_line: 1, annotation_level: 'failure' },
    ]);
  });

  it('succeeds if nothing changes', async () => {
    const clone = await github.checkout(heads.none);
    const payload = payloadOf(10, heads.none);
    const outcome = await github.run(clone, ['github', 'review'], { event: 'pull_request', payload });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(checks()).toMatchObject([{ conclusion: 'success' }]);
  });

  it('writes only the check of a commit that is no longer the head', async () => {
    const clone = await github.checkout(heads.none);
    const payload = payloadOf(7, heads.none);
    await github.run(clone, ['github', 'review'], { event: 'pull_request', payload });
    expect(comments()).toEqual([]);
    expect(checks()).toMatchObject([{ headSha: heads.none }]);
  });

  it('tells both of two pull requests that would use the same power outlet', async () => {
    const one = await github.push('refs/pull/11/head', base, powered('p-1', 5));
    const two = await github.push('refs/pull/12/head', base, powered('p-2', 5));
    for (const [number, sha] of [
      [11, one],
      [12, two],
    ] as const) {
      const head = { sha, ref: `change-${number}` };
      github.api.addPull({ number, author: 'vendor', title: 'x', head, base: { sha: base, ref: 'main' } });
    }
    const clone = await github.checkout(two);
    const step = { event: 'pull_request', payload: payloadOf(12, two) };
    const outcome = await github.run(clone, ['github', 'review'], step);
    expect(outcome.stdout).toContain('also reviewed because of conflicts: #11\n');
    const bodyOf = (number: number) =>
      github.api.state.comments.filter(({ issue }) => issue === number).map(({ body }) => body);
    expect(bodyOf(12)).toEqual([expect.stringMatching(/physical conflict[^]*#?11/) as string]);
    expect(bodyOf(11)).toEqual([expect.stringMatching(/physical conflict[^]*#?12/) as string]);
    expect(checks().map(({ headSha }) => headSha)).toEqual([two, one]);
    for (const issue of github.api.state.issues) if (issue.number > 10) issue.state = 'closed';
  });

  it('judges the commit of a merge queue, without a comment', async () => {
    const clone = await github.checkout(heads.ours);
    const payload = { merge_group: { head_sha: heads.ours, base_sha: base, base_ref: 'refs/heads/main' } };
    const outcome = await github.run(clone, ['github', 'review'], { event: 'merge_group', payload });
    expect(outcome.stdout).toContain('changes 1 object');
    expect(comments()).toEqual([]);
    expect(checks()).toMatchObject([{ headSha: heads.ours }]);
  });

  it('writes to GitHub nothing for a fork, and the second workflow comments from its file', async () => {
    const clone = await github.checkout(heads.fork);
    const out = `${clone}.review.json`;
    const outcome = await github.run(clone, ['github', 'review', '--out', out], {
      event: 'pull_request',
      payload: payloadOf(8, heads.fork, 'vendor/lab'),
      token: 'fork',
    });
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('may only read');
    expect(outcome.summary).toContain('#### To be approved by');
    expect([comments(), checks()]).toEqual([[], []]);

    const run = { event: 'pull_request', head_sha: heads.fork, head_branch: 'change-8' };
    const payload = { workflow_run: { ...run, head_repository: { full_name: 'vendor/lab' } } };
    const trusted = await github.checkout(base);
    const comment = (file: string) =>
      github.run(trusted, ['github', 'comment', file], { event: 'workflow_run', payload });
    expect(await comment(out)).toMatchObject({ code: 0, stderr: '' });
    expect(comments()).toHaveLength(1);
    expect(comments()[0]).toContain('comes from a fork');
    expect(github.api.state.comments[0]).toMatchObject({ issue: 8 });
    expect(checks()).toMatchObject([{ headSha: heads.fork, conclusion: 'action_required' }]);

    const json = JSON.parse(await readFile(out, 'utf8')) as ReviewJson;
    const forge = async (change: object) => {
      await writeFile(out, JSON.stringify({ ...json, ...change }));
      return comment(out);
    };
    expect((await forge({ head: heads.ours })).stderr).toContain(`is about the commit ${heads.ours}`);
    expect((await forge({ pull: 7 })).stderr).toContain('is not a review: ');
    expect((await forge({ approvals: 'none' })).stderr).toContain('it/approvals must be array');
    expect(comments()).toHaveLength(1);
    const forged = { code: 0, text: 'ok @everyone --> <script>' };
    expect(await forge({ approvals: [], verdict: forged })).toMatchObject({ code: 0 });
    expect(comments()[0]).not.toMatch(/@everyone|<script>/);
    expect(checks().at(-1)).toMatchObject({ conclusion: 'neutral' });
  });

  it.each([
    ['outside of a workflow', { GITHUB_REPOSITORY: '' }, 'GITHUB_REPOSITORY is not set'],
    ['without a token', { GITHUB_TOKEN: '' }, 'GITHUB_TOKEN is not set'],
    ['for a push', { GITHUB_EVENT_NAME: 'push' }, 'the event push is not about a change'],
    ['without an event', { GITHUB_EVENT_PATH: '/nonexistent' }, 'cannot read the event'],
  ])('explains what is missing %s', async (_, variables, message) => {
    const clone = await github.checkout(heads.none);
    const payload = payloadOf(10, heads.none);
    const step = { event: 'pull_request', payload, variables };
    const outcome = await github.run(clone, ['github', 'review'], step);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain(`error: ${message}`);
    expect(outcome.stderr).not.toMatch(/ {4}at |ghs_/);
  });
});
