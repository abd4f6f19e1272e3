import type { LabChoices } from './write-config.js';

type Choices = Pick<LabChoices, 'installs' | 'reaches'>;

/** A workflow that validates pull requests, also in a merge queue, and, if runners reach the master, applies what is merged. */
export function workflowText({ installs, reaches }: Choices): string {
  return `name: lab
on:
  pull_request:
  merge_group:
  push:
    branches: [main]

permissions:
  contents: read

concurrency:
  group: lab-\${{ github.event_name == 'push' && 'apply' || github.ref }}

${env(installs, reaches !== null)}
jobs:
  validate:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
${install}      - uses: ${checkout}
        with: { persist-credentials: false }
      - run: lavaflow validate --format github
${reaches === null ? '' : applyJob(reaches)}`;
}

function applyJob({ master, secret }: NonNullable<Choices['reaches']>): string {
  return `
  apply:
    needs: validate
    if: github.event_name == 'push' && vars.LAVAFLOW_ENABLED == 'true'
    runs-on: ubuntu-latest
    timeout-minutes: 30
    environment: lab # holds the secret; limited to the branch main
    permissions:
      contents: write # for refs/lavaflow
      statuses: write # to show which revision the master runs
      pull-requests: write # to comment on a pull request that could not be applied
    steps:
${install}      - uses: ${checkout}
      - run: lavaflow github apply --master ${master}
        env:
          GITHUB_TOKEN: \${{ github.token }}
          ${secret}: \${{ secrets.${secret} }}
`;
}

/**
 * A workflow that plans pull requests, or null if no runner reaches the master. The job has the master's token, so it only
 * reads files from the pull request: the workflow and lavaflow come from the base branch (`pull_request_target`), and so
 * does the policy (`--policy-from`).
 */
export function planWorkflowText({ installs, reaches }: Choices): string | null {
  if (reaches === null) return null;
  const { master, secret } = reaches;
  return `# Plans what a pull request would change on the master. This workflow, lavaflow and the policy come from the base branch;
# files of the pull request are read, never run. Pull requests from forks are only validated.
name: lab-plan
on:
  pull_request_target:
    branches: [main]

permissions:
  contents: read

concurrency:
  group: lab-plan-\${{ github.event.pull_request.number }}
  cancel-in-progress: true

${env(installs, true)}
jobs:
  plan:
    if: vars.LAVAFLOW_ENABLED == 'true' && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 10
    environment: lab-plan # holds the secret; limited to the branch main
    permissions:
      contents: read
      pull-requests: write # to add the plan to the comment of the review
    steps:
${install}      - uses: ${checkout}
        with:
          # The merge commit that GitHub created; its second parent is the pull request.
          ref: refs/pull/\${{ github.event.pull_request.number }}/merge
          fetch-depth: 2
          path: lab
      - name: Check that the merge commit belongs to this run
        working-directory: lab
        env:
          HEAD: \${{ github.event.pull_request.head.sha }}
        run: |
          if [ "$(git rev-parse HEAD^2)" != "$HEAD" ]; then
            echo '::error::the pull request has new commits or cannot be merged'
            exit 1
          fi
          git fetch --quiet --depth 1 origin "$GITHUB_SHA" # the current base branch, for its policy
      - name: Plan (exit code 2 means changes pending, 5 means drift that this pull request did not cause)
        env:
          GITHUB_TOKEN: \${{ github.token }}
          ${secret}: \${{ secrets.${secret} }}
        run: |
          status=0
          lavaflow github plan --lab lab --policy-from "$GITHUB_SHA" --master ${master} || status=$?
          [ "$status" -eq 0 ] || [ "$status" -eq 2 ] || [ "$status" -eq 5 ]
`;
}

/**
 * A workflow that reviews pull requests. For a fork, its token only reads, so the review is also an artifact, which
 * `forkReviewWorkflowText` publishes.
 */
export function reviewWorkflowText({ installs }: Choices): string {
  return `# Writes who has to approve a pull request, and what it does, as a comment and as the check "lavaflow review". Require that check
# in the rules of the branch.
name: lab-review
on:
  pull_request:
  pull_request_review:
    types: [submitted, dismissed]
  merge_group:

permissions:
  contents: read

concurrency:
  group: lab-review-\${{ github.event.pull_request.number || github.ref }}
  cancel-in-progress: true

${env(installs, false)}
jobs:
  review:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
      checks: write
      pull-requests: write
    steps:
${install}      - uses: ${checkout}
        with: { fetch-depth: 0 }
      - name: Review (exit code 2 means that somebody has to approve it, which the check shows)
        env:
          GITHUB_TOKEN: \${{ github.token }}
        run: |
          status=0
          lavaflow github review --out "$RUNNER_TEMP/review.json" || status=$?
          [ "$status" -eq 0 ] || [ "$status" -eq 2 ]
      - uses: ${uploadArtifact}
        if: always()
        with:
          name: lab-review
          path: \${{ runner.temp }}/review.json
          if-no-files-found: ignore
`;
}

/**
 * A workflow that publishes the reviews of forks and of Dependabot. It may write, so it runs nothing of the pull request: it is
 * the default branch's, and lavaflow checks the artifact.
 */
export function forkReviewWorkflowText({ installs }: Choices): string {
  return `# Writes the comment and the check for pull requests whose own run (lab-review) may only read. This workflow is the one of the
# default branch. The artifact comes from the pull request, so lavaflow trusts nothing in it.
name: lab-review-fork
on:
  workflow_run:
    workflows: [lab-review]
    types: [completed]

permissions:
  contents: read

concurrency:
  group: lab-review-fork-\${{ github.event.workflow_run.head_sha }}

${env(installs, false)}
jobs:
  comment:
    if: >-
      github.event.workflow_run.event == 'pull_request' &&
      (github.event.workflow_run.head_repository.full_name != github.repository ||
      github.event.workflow_run.actor.login == 'dependabot[bot]')
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      actions: read # for the artifact
      checks: write
      pull-requests: write
    steps:
${install}      - uses: ${downloadArtifact}
        with:
          name: lab-review
          run-id: \${{ github.event.workflow_run.id }}
          github-token: \${{ github.token }}
          path: \${{ runner.temp }}/review
      - run: lavaflow github comment "$RUNNER_TEMP/review/review.json"
        env:
          GITHUB_TOKEN: \${{ github.token }}
`;
}

/**
 * A workflow that reports drift once a day as an issue, and obeys its boxes, or null if no runner reaches the master. It has a concurrency group of its own: in
 * that of `apply`, it would replace an apply that waits.
 */
export function driftWorkflowText({ installs, reaches }: Choices): string | null {
  if (reaches === null) return null;
  const { master, secret } = reaches;
  return `# Reports what somebody changed on the master by hand in one issue, which is updated, and closed when nothing drifts.
# Does what people with write access request with the boxes of the issue.
name: lab-drift
on:
  schedule:
    - cron: '17 4 * * *'
  workflow_dispatch:
  issues:
    types: [edited] # somebody checks a box in the issue

permissions:
  contents: read

concurrency:
  # A run for another issue, which does nothing, must not replace one that waits.
  group: lab-drift\${{ github.event_name == 'issues' && !contains(github.event.issue.labels.*.name, 'lavaflow-drift') && '-none' || '' }}

${env(installs, true)}
jobs:
  drift:
    if: >-
      vars.LAVAFLOW_ENABLED == 'true' &&
      (github.event_name != 'issues' || contains(github.event.issue.labels.*.name, 'lavaflow-drift'))
    runs-on: ubuntu-latest
    timeout-minutes: 30
    environment: lab-plan # holds the secret, and needs no approval; limited to the branch main
    permissions:
      contents: write # for refs/lavaflow, which contain since when something differs, and for branches that accept it
      issues: write
      pull-requests: write # to accept it
    steps:
${install}      - uses: ${checkout}
      - name: Report (exit code 5 means drift, which the issue shows; 2 means that an apply was not completed)
        env:
          GITHUB_TOKEN: \${{ github.token }}
          ${secret}: \${{ secrets.${secret} }}
        run: |
          status=0
          lavaflow github drift --master ${master} || status=$?
          [ "$status" -eq 0 ] || [ "$status" -eq 2 ] || [ "$status" -eq 5 ]
`;
}

const checkout = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';
const uploadArtifact = 'actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0';
const downloadArtifact = 'actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131 # v7.0.0';

/** Runs before the lab is checked out and before any credential exists, so that no dependency's script can read either. */
const install = `      - uses: actions/setup-node@249970729cb0ef3589644e2896645e5dc5ba9c38 # v6.5.0
        with: { node-version: 20, package-manager-cache: false }
      - name: Install lavaflow
        run: |
          git init --quiet "$RUNNER_TEMP/lavaflow"
          cd "$RUNNER_TEMP/lavaflow"
          git fetch --quiet --depth 1 "$LAVAFLOW" "$LAVAFLOW_COMMIT"
          git checkout --quiet FETCH_HEAD
          node scripts/install-program.js
          echo "$RUNNER_TEMP/lavaflow/bin" >>"$GITHUB_PATH"
`;

function env(installs: Choices['installs'], hasRecords: boolean): string {
  const { repository, commit } = installs ?? { repository: 'FILL_IN_A_GIT_URL', commit: 'FILL_IN_A_COMMIT' };
  const records = `  # Records of what was applied last are stored in refs/lavaflow of this repository.
  LAVAFLOW_RECORDS: git:origin
`;
  return `env:
  # Where lavaflow is installed from: a git repository and the full ID of a commit in it.
  LAVAFLOW: ${repository}
  LAVAFLOW_COMMIT: ${commit}
${hasRecords ? records : ''}`;
}
