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
    steps:
${install}      - uses: ${checkout}
      - run: lavaflow apply --master ${master} --yes
        env:
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
          ${secret}: \${{ secrets.${secret} }}
        run: |
          status=0
          lavaflow plan --lab lab --policy-from "$GITHUB_SHA" --master ${master} --format markdown >>"$GITHUB_STEP_SUMMARY" || status=$?
          [ "$status" -eq 0 ] || [ "$status" -eq 2 ] || [ "$status" -eq 5 ]
`;
}

/**
 * A workflow that reports drift once a day, or null if no runner reaches the master. It has a concurrency group of its own: in
 * that of `apply`, it would replace an apply that waits.
 */
export function driftWorkflowText({ installs, reaches }: Choices): string | null {
  if (reaches === null) return null;
  const { master, secret } = reaches;
  return `# Reports what somebody changed on the master by hand. The run fails if there is drift (exit code 5), or if the last applied
# revision is not applied completely (exit code 2), and its summary page shows it.
name: lab-drift
on:
  schedule:
    - cron: '17 4 * * *'
  workflow_dispatch:

permissions:
  contents: read

concurrency:
  group: lab-drift

${env(installs, true)}
jobs:
  drift:
    if: vars.LAVAFLOW_ENABLED == 'true'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    environment: lab-plan # holds the secret, and needs no approval; limited to the branch main
    permissions:
      contents: write # for refs/lavaflow, which contain since when something differs
    steps:
${install}      - uses: ${checkout}
      - run: lavaflow drift --master ${master} --format markdown >>"$GITHUB_STEP_SUMMARY"
        env:
          ${secret}: \${{ secrets.${secret} }}
`;
}

const checkout = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';

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
