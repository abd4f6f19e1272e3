/** `lavaflow review` in a real repository: which revisions it compares, whose rules judge, and its exit codes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ReviewJson } from '../../src/review/review-json.js';
import { makeTestRepository, type TestRepository } from '../support/git/git-repository.js';
import { lavaflow, type Outcome } from '../support/cli/run.js';
import { dictionary, smallLab } from '../support/lab/small-lab.js';

const site = 'lab-config/sites/here.yaml';
let repository: TestRepository;
let start: string;

beforeAll(async () => {
  repository = await makeTestRepository();
  start = await repository.commit({ ...smallLab, '.gitignore': '.lavaflow/\n' });
});
afterAll(() => repository.remove());

const review = (...args: string[]): Promise<Outcome> =>
  lavaflow(repository.directory, ['review', '--base', 'main', ...args]);

async function jsonOf(...args: string[]): Promise<ReviewJson> {
  return JSON.parse((await review('--format', 'json', ...args)).stdout) as ReviewJson;
}

/** Commits files on a new branch that starts at a commit. */
async function branch(name: string, from: string, files: Readonly<Record<string, string>>): Promise<string> {
  await repository.git('checkout', '--quiet', '-b', name, from);
  return repository.commit(files);
}

describe('lavaflow review', () => {
  it('reads commits, and changes neither the working tree nor the index', async () => {
    const head = await branch('vendor', start, { 'device-types/lonely.jinja2': 'parameters: {x: 2}\n' });
    await repository.git('checkout', '--quiet', 'main');
    await repository.write({ 'device-types/lonely.jinja2': 'not committed\n' });
    const before = await repository.git('status', '--porcelain');
    const outcome = await review('--head', 'vendor');
    expect(await repository.git('status', '--porcelain')).toBe(before);
    await repository.git('checkout', '--quiet', '--', '.');
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toContain(`review of ${head.slice(0, 12)} against ${start.slice(0, 12)}\n`);
    expect(outcome.stdout).toContain('    1 device of here uses it: device-types/lonely.jinja2\n');
    expect(outcome.stdout).toContain('      +parameters: {x: 2}\n');
    expect(outcome.stderr).toMatch(
      /^exit code 2: to be approved by @someone \(site here\); changes 1 object on 2 masters/,
    );
  });

  it('compares with the commit where the branch started, by the rules of the tip of the base', async () => {
    await repository.git('checkout', '--quiet', 'main');
    const tip = await repository.commit({ [site]: "kind: Site\nowners: ['@newcomer']\n" });
    const json = await jsonOf('--head', 'vendor');
    expect(json).toMatchObject({ format: 'lavaflow-review', base: start, rulesFrom: tip });
    expect(json.approvals.map(({ owners }) => owners)).toEqual([['@newcomer']]);
    expect(json.approvals[0]?.reasons).toHaveLength(1);
  });

  it('ends with 3 for new errors, and with 0 if nothing changes', async () => {
    await branch('broken', 'main', { [site]: 'kind: Site\n' });
    const broken = await review();
    expect(broken).toMatchObject({ code: 3 });
    expect(broken.stdout).toContain(`${site}:1:1: error: `);
    await repository.git('checkout', '--quiet', 'main');
    expect(await review()).toMatchObject({ code: 0, stderr: '' });
  });

  it('reports conflicts with other changes, read as git objects, and what it could not read', async () => {
    const board = (name: string, port: number) => ({
      [`device-dictionaries/${name}.jinja2`]: `${dictionary('powered', 'w1')}{% set port = ${port} %}\n`,
    });
    await repository.git('checkout', '--quiet', 'main');
    const before = await repository.commit({
      'device-types/powered.jinja2': "commands: {connect: 'telnet serial.example.org {{ port }}'}\n",
      'device-types/powered.yaml': 'kind: DeviceType\n',
    });
    await branch('one', before, board('one-1', 7001));
    const two = await branch('two', before, board('two-1', 7001));
    await branch('three', before, { ...board('three-1', 7003), ...board('three-2', 7003) });
    await repository.git('checkout', '--quiet', 'main');
    await repository.commit(board('main-1', 7003));

    const outcome = await review(
      '--head',
      'one',
      '--with',
      `17=${two}`,
      '--with',
      'three',
      '--with',
      '18=gone',
    );
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(/^exit code 2: 1 physical conflict; /);
    const line = `uses the same serial port as two-1 of #17 (${two.slice(0, 12)}): serial.example.org:7001`;
    expect(outcome.stdout).toContain(`\nphysical conflicts:\n  one-1 ${line}\n\n`);
    expect(outcome.stdout).toMatch(/\n {2}conflicts with #18: .*no commit "gone"/);

    const told = await jsonOf('--head', 'two', '--with', 'one');
    expect(told.conflicts).toMatchObject([{ devices: ['two-1'], with: ['one-1'], other: { name: 'one' } }]);

    // Of its own two devices, and with what was merged since it started.
    const merged = await jsonOf('--head', 'three', '--with', 'one');
    expect(merged.conflicts).toMatchObject([
      { devices: ['three-1', 'three-2'], with: [], other: null },
      { devices: ['three-1', 'three-2'], with: ['main-1'], other: { name: 'main' } },
    ]);
    expect(await jsonOf('--head', 'two', '--with', 'three')).toMatchObject({ conflicts: [] });
  });

  it('refuses revisions and masters that do not exist, and a base without rules', async () => {
    expect(await review('--head', 'nowhere')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no commit "nowhere"') as string,
    });
    expect(await review('--master', 'nowhere')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('hint: Use one of: main, other.') as string,
    });
    await branch('ruined', 'main', { 'lab-config/lab.yaml': 'kind: Wrong\n' });
    const outcome = await lavaflow(repository.directory, ['review', '--base', 'ruined']);
    expect(outcome).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no rules to review by') as string,
    });
  });
});
