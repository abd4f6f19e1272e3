/** Standard output of a command with `--format json` is JSON, also if the command fails. */
import { afterAll, beforeAll, expect, it } from 'vitest';

import { lavaflow } from '../support/cli/run.js';
import { makeTestRepository, type TestRepository } from '../support/git/git-repository.js';

let broken: TestRepository;
let usable: TestRepository;
beforeAll(async () => {
  [broken, usable] = await Promise.all([makeTestRepository(), makeTestRepository()]);
  await broken.commit({ 'lab-config/lab.yaml': 'kind: Lap\n', 'job.yaml': 'a: 1\n' });
  await usable.commit({
    'lab-config/lab.yaml': 'kind: Lab\nname: json\n',
    'lab-config/sites/here.yaml': 'kind: Site\nowners: []\n',
    'lab-config/masters/main.yaml':
      'kind: Master\nurl: http://127.0.0.1:9\ntokenFrom: {env: NO_TOKEN}\nsites: [here]\n',
    'job.yaml': 'a: 1\n',
  });
});
afterAll(async () => {
  await broken.remove();
  await usable.remove();
});

const needMaster = [
  'jobs submit job.yaml',
  'jobs logs 1',
  'jobs show 1',
  'jobs cancel 1',
  'devices list',
  'devices health board Good --reason test',
  'workers list',
  'workers release w1 --boards-are-off',
];
const needLab = ['plan', 'apply --yes', 'apply', 'drift', 'records show'];
/** They have a reason of their own. */
const others = [
  'render --all',
  'review --base HEAD',
  'records copy --from file --to git:origin',
  'plan --rev other',
];

it.each([...needLab, ...needMaster])('%s, in a lab that cannot be used', async (words) => {
  const { code, stdout, stderr } = await lavaflow(broken.directory, [
    ...words.split(' '),
    '--format',
    'json',
  ]);
  expect(code, stderr).not.toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    format: 'lavaflow-failure',
    error: expect.any(String) as string,
    hint: expect.any(String) as string,
    findings: expect.arrayContaining([
      expect.objectContaining({
        code: 'yaml-missing-key',
        place: { file: 'lab-config/lab.yaml', line: 1, column: 1 },
      }),
    ]) as object[],
  });
});

it.each(others)('%s, in such a lab', async (words) => {
  const { code, stdout, stderr } = await lavaflow(broken.directory, [
    ...words.split(' '),
    '--format',
    'json',
  ]);
  expect(code, stderr).not.toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    format: 'lavaflow-failure',
    error: expect.any(String) as string,
  });
});

it.each([...needMaster, 'plan', 'apply', 'plan --master other', 'plan --rev other'])(
  '%s, without a token',
  async (words) => {
    const { code, stdout } = await lavaflow(usable.directory, [...words.split(' '), '--format', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'lavaflow-failure', findings: [] });
  },
);
