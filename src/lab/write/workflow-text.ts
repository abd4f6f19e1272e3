import type { LabChoices } from './write-config.js';

/** Validates pull requests; where the master is in reach, plans them and applies what is merged. */
export function workflowText({ installs, reaches }: Pick<LabChoices, 'installs' | 'reaches'>): string {
  return `${head(installs, reaches !== null)}${reaches === null ? '' : planAndApply(reaches)}`;
}

const lavaflow = `      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 20 }
      - run: npm install --global "$LAVAFLOW"
`;

const records = `  # What was applied last is kept in refs/lavaflow of this repository.
  LAVAFLOW_RECORDS: git:origin
`;

function head(installs: string, hasRecords: boolean): string {
  return `name: lab
on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read

concurrency:
  group: lab-\${{ github.event_name == 'push' && 'apply' || github.ref }}

env:
  # What npm installs: a version of the package, or a git URL with a commit.
  LAVAFLOW: ${installs}
${hasRecords ? records : ''}
jobs:
  validate:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
${lavaflow}      - run: lavaflow validate --format github
`;
}

/** A pull request from a fork has no token, so it is validated only. */
function planAndApply({ master, secret }: NonNullable<LabChoices['reaches']>): string {
  return `
  plan:
    needs: validate
    if: github.event_name == 'pull_request' && vars.LAVAFLOW_ENABLED == 'true' && !github.event.pull_request.head.repo.fork
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
${lavaflow}      - name: Plan (2, changes pending, is what a pull request is for; 5 is drift, which is not its doing)
        env:
          ${secret}: \${{ secrets.${secret} }}
        run: |
          status=0
          lavaflow plan --master ${master} --format markdown >>"$GITHUB_STEP_SUMMARY" || status=$?
          [ "$status" -eq 0 ] || [ "$status" -eq 2 ] || [ "$status" -eq 5 ]

  apply:
    needs: validate
    if: github.event_name == 'push' && vars.LAVAFLOW_ENABLED == 'true'
    runs-on: ubuntu-latest
    timeout-minutes: 30
    environment: lab
    permissions:
      contents: write # for refs/lavaflow
    steps:
${lavaflow}      - run: lavaflow apply --master ${master} --yes
        env:
          ${secret}: \${{ secrets.${secret} }}
`;
}
