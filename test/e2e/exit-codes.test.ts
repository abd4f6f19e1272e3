/** Every exit code of docs/command-line.md, and the last line that states its reason. */
import { afterAll, beforeAll, expect, it } from 'vitest';

import type { TrapMaster } from '../contract/lava/traps.contract.js';
import { lavaflow, type Outcome } from '../support/cli/run.js';
import { makeTestRepository, type TestRepository } from '../support/git/git-repository.js';
import { converge, deviceType, worker } from '../support/targets/master-changes.js';
import { startSimulatedTarget } from '../support/targets/simulated-target.js';

let master: TrapMaster;
let lab: TestRepository;
beforeAll(async () => {
  master = await startSimulatedTarget('2023.01');
  lab = await makeTestRepository();
});
afterAll(async () => {
  await master.stop();
  await lab.remove();
});

function run(...words: readonly string[]): Promise<Outcome> {
  return lavaflow(lab.directory, words, { LAVA_TOKEN: master.token });
}

const labText = (more = ''): string =>
  `kind: Lab\nname: codes\npolicy: {mode: warn, maxUpdateShare: 1${more}}\n`;
const workerText = (limit: number): string => `kind: Worker\nsite: here\njobLimit: ${limit}\n`;
const files = (): Readonly<Record<string, string>> => ({
  '.gitignore': '.lavaflow/\n',
  'lab-config/lab.yaml': labText(),
  'lab-config/masters/main.yaml': `kind: Master\nurl: ${master.url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`,
  'lab-config/sites/here.yaml': 'kind: Site\nowners: []\n',
  'workers/w1/worker.yaml': workerText(1),
  'device-types/board.yaml': 'kind: DeviceType\n',
  'device-types/board.jinja2': 'actions: {deploy: {methods: {}}}\nboard_id: {{ id }}\n',
  'device-dictionaries/board-1.jinja2':
    '{% extends "board.jinja2" %}\n{% set id = "one" %}\n{% set sync_to_lava = {"device_type": "board", "worker": "w1"} %}\n',
});

/** A change of the lab or the master, and then commands with their exit codes and the end of their last line. */
type Step = readonly [
  what: string,
  change: () => Promise<unknown>,
  runs: readonly (readonly [words: string, code: number, why: RegExp])[],
];

const nothing = /^$/;
const steps: readonly Step[] = [
  [
    'a new lab',
    () => lab.commit(files()),
    [
      ['validate', 0, /no findings$/],
      ['render --all', 0, nothing],
      ['render missing', 1, /hint: .+\.$/],
      ['plan', 2, /^exit code 2: 4 objects to be changed by an apply$/m],
      ['drift', 2, /^exit code 2: 4 objects to be changed by an apply$/m],
      ['plan --master other', 1, /hint: .+|error: .+/],
      ['records show', 0, nothing],
      ['apply --yes', 0, nothing],
      ['plan', 0, nothing],
      ['drift', 0, nothing],
    ],
  ],
  [
    'drift in mode warn',
    () => converge(master.target, [worker('w1', { jobLimit: 7 })]),
    [
      ['plan', 5, /^exit code 5: 1 object drifted$/m],
      ['drift', 5, /^exit code 5: 1 object drifted$/m],
      ['drift --format json', 5, /^exit code 5: 1 object drifted$/m],
      ['apply --yes', 5, /^exit code 5: 1 object drifted and left as it is \(mode warn\)$/m],
    ],
  ],
  [
    'the same, and a change of the lab that is not applied',
    () => lab.commit({ 'workers/w2/worker.yaml': workerText(1) }),
    [
      ['plan', 2, /^exit code 2: 1 object to be changed by an apply$/m],
      ['drift --rev HEAD', 5, /^exit code 5: 1 object drifted$/m],
      ['apply --yes', 5, /mode warn/],
    ],
  ],
  [
    'the same in mode observe',
    () => lab.commit({ 'lab-config/lab.yaml': labText().replace('warn', 'observe') }),
    [
      ['plan', 0, nothing],
      ['apply --yes', 0, nothing],
      ['drift', 0, nothing],
    ],
  ],
  [
    'an object that somebody else created',
    async () => {
      await converge(master.target, [deviceType('foreign', { description: 'theirs' })]);
      await lab.commit({ 'device-types/foreign.yaml': 'kind: DeviceType\ndescription: ours\n' });
    },
    [
      ['plan', 5, /^exit code 5: 1 object not adopted, and different from the lab \(--adopt adopts them\)$/m],
      ['apply --yes', 0, nothing],
    ],
  ],
  [
    'an alias that is taken on the master',
    async () => {
      await converge(master.target, [deviceType('foreign', { aliases: ['taken'] })]);
      await lab.git('rm', '--quiet', 'device-types/foreign.yaml');
      await lab.commit({ 'device-types/board.yaml': 'kind: DeviceType\naliases: [taken]\n' });
    },
    [
      ['plan', 1, /^exit code 1: 1 object not made, because what it needs is missing or its name is taken$/m],
      [
        'apply --yes',
        1,
        /^exit code 1: 1 object not made, because what it needs is missing or its name is taken$/m,
      ],
    ],
  ],
  [
    'more changes than the limit',
    () =>
      lab.commit({
        'lab-config/lab.yaml': labText().replace('maxUpdateShare: 1', 'maxUpdateShare: 0'),
        'device-types/board.yaml': 'kind: DeviceType\ndescription: new\n',
        'workers/w2/worker.yaml': workerText(2),
      }),
    [['apply --yes', 4, /^exit code 4: nothing was applied: a safety limit$/m]],
  ],
  [
    'errors in the lab',
    () =>
      lab.commit({
        'lab-config/lab.yaml': labText(),
        'device-dictionaries/board-1.jinja2': '{% extends "board.jinja2" %}\n{% if %}\n',
      }),
    [
      ['validate', 3, /1 error$/],
      ['validate --format github', 3, /^exit code 3: 1 error$/m],
      ['render --all', 3, /^exit code 3: not everything could be rendered/m],
      ['plan', 3, /^exit code 3: the lab has errors/m],
      ['apply --yes', 3, /^exit code 3: the lab has errors/m],
      ['drift', 3, /^exit code 3: the lab has errors/m],
    ],
  ],
  [
    'a master that does not respond',
    async () => {
      await lab.commit({
        'device-dictionaries/board-1.jinja2': files()['device-dictionaries/board-1.jinja2'] ?? '',
      });
      await master.stop();
    },
    [
      ['plan', 1, /^error: cannot .+$/m],
      ['apply --yes', 1, /^error: cannot .+$/m],
      ['drift', 1, /^error: cannot .+$/m],
      ['jobs show 1', 1, /^error: cannot .+$/m],
    ],
  ],
];

it.each(steps)('%s', async (_what, change, runs) => {
  await change();
  for (const [words, code, why] of runs) {
    const outcome = await run(...words.split(' '));
    const last = outcome.stderr.trimEnd().split('\n').at(-1) ?? '';
    expect([words, outcome.code, last]).toEqual([words, code, expect.stringMatching(why)]);
  }
});
