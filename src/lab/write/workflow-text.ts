import type { LabChoices } from './write-config.js';

type Choices = Pick<LabChoices, 'installs' | 'reaches'>;

/** Validates pull requests; where the master is in reach, applies what is merged. */
export function workflowText({ installs, reaches }: Choices): string {
  return `name: lab
on:
  pull_request:
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
    environment: lab # has the secret; for the branch main alone
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
 * Plans pull requests. It has the token, so nothing in it may come from the pull request but files to read: workflow and
 * lavaflow are those of the base branch (\`pull_request_target\`), and so is the policy (\`--policy-from\`).
 */
export function planWorkflowText({ installs, reaches }: Choices): string | null {
  if (reaches === null) return null;
  const { master, secret } = reaches;
  return `# What a pull request would change on the master. This workflow, lavaflow and the policy are those of the base branch;
# of the pull request, files are read and nothing is run. Not for forks: what they propose is validated only.
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
    environment: lab-plan # has the secret; for the branch main alone
    steps:
${install}      - uses: ${checkout}
        with:
          # The merge that GitHub made; its second parent is the pull request.
          ref: refs/pull/\${{ github.event.pull_request.number }}/merge
          fetch-depth: 2
          path: lab
      - name: Expect the commit that this run is for
        working-directory: lab
        env:
          HEAD: \${{ github.event.pull_request.head.sha }}
        run: |
          if [ "$(git rev-parse HEAD^2)" != "$HEAD" ]; then
            echo '::error::the pull request has moved on, or does not merge'
            exit 1
          fi
          git fetch --quiet --depth 1 origin "$GITHUB_SHA" # the base branch as it is now, for its policy
      - name: Plan (2, changes pending, is what a pull request is for; 5 is drift, which is not its doing)
        env:
          ${secret}: \${{ secrets.${secret} }}
        run: |
          status=0
          lavaflow plan --lab lab --policy-from "$GITHUB_SHA" --master ${master} --format markdown >>"$GITHUB_STEP_SUMMARY" || status=$?
          [ "$status" -eq 0 ] || [ "$status" -eq 2 ] || [ "$status" -eq 5 ]
`;
}

const checkout = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';

/** Before anything of the lab is there, and any credential: a dependency's script finds neither. */
const install = `      - uses: actions/setup-node@249970729cb0ef3589644e2896645e5dc5ba9c38 # v6.5.0
        with: { node-version: 20, package-manager-cache: false }
      - name: Install lavaflow
        run: |
          git init --quiet "$RUNNER_TEMP/lavaflow"
          cd "$RUNNER_TEMP/lavaflow"
          git fetch --quiet --depth 1 "$LAVAFLOW" "$LAVAFLOW_COMMIT"
          git checkout --quiet FETCH_HEAD
          npm install --no-save --no-audit --no-fund
          echo "$RUNNER_TEMP/lavaflow/bin" >>"$GITHUB_PATH"
`;

function env(installs: Choices['installs'], hasRecords: boolean): string {
  const { repository, commit } = installs ?? { repository: 'FILL_IN_A_GIT_URL', commit: 'FILL_IN_A_COMMIT' };
  const records = `  # What was applied last is kept in refs/lavaflow of this repository.
  LAVAFLOW_RECORDS: git:origin
`;
  return `env:
  # Where lavaflow comes from: a git repository, and the full id of a commit in it.
  LAVAFLOW: ${repository}
  LAVAFLOW_COMMIT: ${commit}
${hasRecords ? records : ''}`;
}
