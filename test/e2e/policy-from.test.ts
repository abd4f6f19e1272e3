/** A pull request is planned under the policy of its base branch: what a hostile one cannot do to the plan job. */
import { stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startSimulatedMaster, type SimulatedMaster } from '../../src/simulator/index.js';
import { makeTestRepository, type TestRepository } from '../support/git/git-repository.js';
import { lavaflow, type Outcome } from '../support/cli/run.js';
import { smallLab } from '../support/lab/small-lab.js';

const main = 'lab-config/masters/main.yaml';
const lab = 'lab-config/lab.yaml';
const boards = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [
    `workers/rack-${index}/worker.yaml`,
    'kind: Worker\nsite: here\n',
  ]),
);

let master: SimulatedMaster;
let evil: Server;
let heard: string[];
let repository: TestRepository;
let masterText: string;
let baseCommit: string;

beforeAll(async () => {
  master = await startSimulatedMaster({ release: '2023.01' });
  heard = [];
  evil = createServer((request, response) => {
    heard.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`);
    response.end('{}');
  });
  evil.on('connection', () => heard.push('a connection'));
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  repository = await makeTestRepository();
  masterText = `kind: Master\nurl: ${master.url}\ntokenFrom: {env: LAB_TOKEN}\nsites: [here]\n`;
  baseCommit = await repository.commit({
    ...smallLab,
    ...boards,
    'lab-config/masters/other.yaml': 'kind: Master\nurlFrom: {env: LAB_NOWHERE}\nsites: [there]\n',
    [lab]: 'kind: Lab\nname: small\npolicy: {prune: retire, mode: enforce}\n',
    [main]: masterText,
    '.gitignore': '.lavaflow/\n',
  });
  expect(await run('apply', '--master', 'main', '--yes')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await master.stop();
  await new Promise((resolve) => evil.close(resolve));
  await repository.remove();
});
beforeEach(async () => {
  await repository.git('checkout', '--quiet', '--detach', baseCommit);
});

function run(...args: string[]): Promise<Outcome> {
  return lavaflow(repository.directory, args, { LAB_TOKEN: master.token, OTHER_TOKEN: 'another secret' });
}
const plan = (...args: string[]): Promise<Outcome> =>
  run('plan', '--master', 'main', '--policy-from', 'HEAD^', ...args);
const evilUrl = (): string => `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;

describe('a pull request cannot', () => {
  it('send the token to another master, or another secret to this one', async () => {
    await repository.commit({
      [main]: `kind: Master\nurl: ${evilUrl()}\ntokenFrom: {env: OTHER_TOKEN}\nsites: [here]\n`,
    });
    const requests = master.history().length;
    const outcome = await plan();
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toContain(`main (${master.url},`);
    expect(outcome.stdout).toContain(
      `note: this change alters the policy. This plan uses the policy of ${baseCommit.slice(0, 12)};`,
    );
    expect(outcome.stdout).toContain(`-> {"url":"${evilUrl()}"}`);
    expect(outcome.stdout).toContain('{"env":"LAB_TOKEN"} -> {"env":"OTHER_TOKEN"}');
    expect(heard).toEqual([]);
    expect(master.history()).toHaveLength(requests);
  });

  it('make lavaflow fetch anything from a URL that it specifies', async () => {
    await repository.commit({
      [lab]: `kind: Lab\nname: small\ndeviceTypeSources: [{git: '${evilUrl().replace('http', 'git')}/x.git', commit: ${'a'.repeat(40)}}]\n`,
    });
    const outcome = await plan();
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toContain('is new, so nothing was fetched from there');
    expect(heard).toEqual([]);
  });

  it('raise a limit for itself', async () => {
    const changed = Object.fromEntries(
      Object.entries(boards).map(([path, text]) => [path, `${text}description: new\n`]),
    );
    await repository.commit({
      ...changed,
      [lab]: 'kind: Lab\nname: small\npolicy: {prune: retire, mode: enforce, maxUpdateShare: 1}\n',
    });
    // As a reviewer reads it.
    const outcome = await plan('--format', 'markdown');
    expect(outcome).toMatchObject({ code: 2 });
    const text = outcome.stdout.replace(/&#(\d+);/g, (_entity, number) =>
      String.fromCodePoint(Number(number)),
    );
    expect(text).toMatch(
      /apply would refuse this plan: 12 of \d+ managed objects would be updated; maxUpdateShare 0\.3 allows 10/,
    );
    expect(text).toContain('policy: policy.maxUpdateShare: 0.3 -> 1');
  });

  it('hide removals or drift with a rule', async () => {
    const worker = master.state.workers.get('rack-1');
    if (worker === undefined) throw new Error('the worker is not there');
    worker.health = 'Maintenance';
    await repository.git('rm', '--quiet', '-r', 'workers/rack-0');
    await repository.commit({
      [main]: `${masterText}mode: observe\nignore: [{path: worker/*/*}]\n`,
      'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\nhealth: Active\n',
    });
    const outcome = await plan();
    expect(outcome.stdout).toContain('retire worker/rack-0');
    expect(outcome.stdout).toContain('worker/rack-1: its files have findings: ignored-but-said');
    expect(outcome.stdout).toContain('master main: ignore: nothing -> worker/*/*');
    expect(outcome.code).toBe(3);
  });

  it('add a master, or remove one silently', async () => {
    await repository.commit({ 'lab-config/masters/new.yaml': masterText.replace(master.url, evilUrl()) });
    const asked = await run('plan', '--master', 'new', '--policy-from', 'HEAD^');
    expect(asked).toMatchObject({ code: 1 });
    expect(asked.stderr).toContain(
      'HEAD^ has no usable master new'.replace('HEAD^', baseCommit.slice(0, 12)),
    );
    await repository.git('rm', '--quiet', main);
    await repository.commit({});
    const gone = await run('plan', '--master', 'main', '--policy-from', baseCommit);
    expect(gone).toMatchObject({ code: 1 });
    expect(gone.stderr).toContain('this change removes the master main or its file has errors');
    expect(heard).toEqual([]);
  });

  it('commit local state of lavaflow', async () => {
    await repository.write({
      '.lavaflow/template-sources/0123456789abcdef/config': '[core]\n\tsshCommand = touch x\n',
    });
    await repository.git('add', '--force', '.lavaflow/template-sources');
    await repository.commit({});
    // It would send a file of this machine to a URL of its choice.
    await repository.write({
      '.lavaflow/endpoint.json': JSON.stringify(
        Object.fromEntries(
          ['control', 'logs', 'certificateFile', 'reconcilerTokenFile', 'adminTokenFile', 'url'].map(
            (name) => [name, name === 'url' ? evilUrl() : '/etc/hostname'],
          ),
        ),
      ),
    });
    for (const command of [
      ['plan', '--master', 'main', '--policy-from', 'HEAD^'],
      ['validate'],
      ['devices', 'list'],
    ]) {
      const outcome = await run(...command);
      expect(outcome).toMatchObject({ code: 1 });
      expect(outcome.stderr).toContain('.lavaflow/template-sources/0123456789abcdef/config is committed');
    }
    expect(heard).toEqual([]);
  });
});

it('a plan file allows no deletion by itself', async () => {
  await repository.git('rm', '--quiet', '-r', 'workers/rack-2');
  await repository.commit({});
  const file = join(repository.directory, '.lavaflow/reviewed.json');
  const consent = ['--allow-delete', 'worker/rack-2'];
  const plan = await run('plan', '--master', 'main', '--rev', 'HEAD', '--out', file, ...consent);
  expect(plan.stdout).toContain('delete worker/rack-2');
  // It contains unmasked texts.
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const refused = await run('apply', file);
  expect(refused).toMatchObject({ code: 4 });
  expect(refused.stdout).toContain('worker/rack-2 would be deleted without consent for this run');
  expect(master.state.workers.has('rack-2')).toBe(true);
  expect(await run('apply', file, ...consent)).toMatchObject({ code: 0 });
  expect(master.state.workers.has('rack-2')).toBe(false);
});

it('a base without a lab has no policy to plan under', async () => {
  const empty = (
    await repository.git('commit-tree', '-m', 'empty', '4b825dc642cb6eb9a060e54bf8d69288fbee4904')
  ).trim();
  const outcome = await run('plan', '--master', 'main', '--policy-from', empty);
  expect(outcome).toMatchObject({ code: 3 });
  expect(outcome.stderr).toContain('so it has no policy to plan under');
});
