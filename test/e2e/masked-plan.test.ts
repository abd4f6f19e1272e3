/** A token of the master that got into the lab is in no plan that is printed. */
import { afterAll, beforeAll, expect, it } from 'vitest';

import { makeTestRepository, type TestRepository } from '../support/git/git-repository.js';
import { lavaflow } from '../support/cli/run.js';
import { startSimulatedTarget, type SimulatedTarget } from '../support/targets/simulated-target.js';

let lab: TestRepository;
let master: SimulatedTarget;

beforeAll(async () => {
  [lab, master] = await Promise.all([makeTestRepository(), startSimulatedTarget('2023.01')]);
  await lab.commit({
    '.gitignore': '.lavaflow/\n',
    'lab-config/lab.yaml': 'kind: Lab\nname: leaking\n',
    'lab-config/masters/main.yaml': `kind: Master\nurl: ${master.url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`,
    'lab-config/sites/here.yaml': 'kind: Site\nowners: []\n',
    'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\n',
    'device-types/board.jinja2': 'actions: {deploy: {methods: {}}}\n',
    'device-types/board.yaml': 'kind: DeviceType\n',
    'device-dictionaries/board-1.jinja2':
      "{% extends 'board.jinja2' %}\n{% set sync_to_lava = {'device_type': 'board', 'worker': 'rack-1'} %}\n",
  });
  expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
  const text = `actions: {deploy: {methods: {}}}\n# ${master.token}\n`;
  await lab.commit({ 'device-types/board.jinja2': text });
});
afterAll(async () => {
  await master.stop();
  await lab.remove();
});

const run = (...args: string[]) => lavaflow(lab.directory, args, { LAVA_TOKEN: master.token });

it.each([
  [['plan'], 2],
  [['plan', '--format', 'markdown'], 2],
  [['apply'], 1],
  [['apply', '--format', 'json'], 1],
] as const)('%j shows the change without the token', async (args, code) => {
  const outcome = await run(...args);
  expect(outcome.code).toBe(code);
  const printed = outcome.stdout + outcome.stderr;
  expect(printed).toContain('template/board');
  expect(printed).not.toContain(master.token);
});
