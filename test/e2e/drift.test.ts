import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { TrapMaster } from '../contract/lava/traps.contract.js';
import { makeTestRepository, type TestRepository } from '../support/git/git-repository.js';
import { converge, device, deviceType, worker } from '../support/targets/master-changes.js';
import { startOwnTarget } from '../support/targets/own-target.js';
import { requireOrSkip } from '../support/real-parts.js';
import { lavaflow, type Outcome } from '../support/cli/run.js';
import { startSimulatedTarget } from '../support/targets/simulated-target.js';
import { startStockTarget } from '../support/targets/stock-target.js';

const check = 'job_name: check\ntimeouts: {job: {minutes: 5}}\nvisibility: public\nactions: []\n';
const board = (name: string) => `{# ${name} #}
{% extends 'our-board.jinja2' %}
{% set sync_to_lava = {
  "device_type": "our-board",
  "worker": "rack-1",
  "tags": ["usb"],
} %}
`;

function labFor(url: string): Readonly<Record<string, string>> {
  return {
    '.gitignore': '.lavaflow/\n',
    'lab-config/lab.yaml': `kind: Lab
name: drifting
policy:
  mode: warn
  maxUpdateShare: 1
  modes:
    - {path: 'device/*/*', mode: enforce}
    - {path: 'device/board-*/tags', mode: warn}
    - {path: 'device/board-*/dictionary', mode: warn}
    - {path: 'device/*/description', mode: observe}
  ignore:
    - {path: 'device/*/physicalOwner', reason: the asset system sets it}
`,
    'lab-config/masters/main.yaml': `kind: Master\nurl: ${url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`,
    'lab-config/sites/here.yaml': 'kind: Site\nowners: []\n',
    'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\ndescription: first # rack\njobLimit: 4\n',
    'workers/rack-1/env.yaml': 'overrides: {A: "1"}\n',
    'device-types/our-board.jinja2':
      'actions: {deploy: {methods: {}}}\nboard_id: {{ name | default("x") }}\n',
    'device-types/our-board.yaml': '# a type\nkind: DeviceType\ndescription: ours\naliases: [board-alias]\n',
    'device-types/our-board.health-check.yaml': check,
    'device-dictionaries/board-1.jinja2': board('one'),
    'device-dictionaries/board-1.yaml': 'kind: Device\ndescription: "on the shelf" # top\nversion: B1\n',
    'device-dictionaries/board-2.jinja2': board('two'),
  };
}

interface DriftJson {
  readonly drift: readonly Readonly<Record<string, unknown>>[];
  readonly writtenBack: {
    readonly branch: string;
    readonly written: readonly { readonly path: string }[];
    readonly left: readonly unknown[];
    readonly follows: readonly unknown[];
  } | null;
}

type Master = Pick<TrapMaster, 'target' | 'url' | 'token' | 'user' | 'stop'>;

type Run = (...args: string[]) => Promise<Outcome>;

/** A lab that the master has, and the command line in it. */
async function applyLab(master: Master): Promise<{ readonly lab: TestRepository; readonly run: Run }> {
  const lab = await makeTestRepository();
  const run: Run = (...args) => lavaflow(lab.directory, args, { LAVA_TOKEN: master.token });
  await lab.commit(labFor(master.url));
  expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
  return { lab, run };
}

function describeDrift(title: string, start: () => Promise<Master>): void {
  describe(`drift on ${title}`, () => {
    let master: Master;
    let lab: TestRepository;
    let run: Run;
    const json = async (...args: string[]): Promise<DriftJson & { code: number | null }> => {
      const { stdout, code } = await run('drift', '--format', 'json', ...args);
      return { ...(JSON.parse(stdout) as DriftJson), code };
    };

    beforeAll(async () => {
      master = await start();
      ({ lab, run } = await applyLab(master));
    });
    afterAll(async () => {
      await master.stop();
      await lab.remove();
    });

    it('does not exist immediately after an apply', async () => {
      expect(await run('drift')).toMatchObject({ code: 0, stderr: '' });
    });

    it('is only reported where the mode is observe, and not reported where it is ignored', async () => {
      const own = { description: 'in use', physicalOwner: master.user };
      await converge(master.target, [device('board-1', own)]);
      const { drift, code } = await json();
      expect(drift).toMatchObject([
        { key: 'device/board-1', field: 'description', lab: 'on the shelf', master: 'in use' },
      ]);
      expect(drift).toMatchObject([{ mode: 'observe', severity: 'low', cause: 'drift' }]);
      expect(code).toBe(0);
      expect((await run('plan')).code).toBe(0);
    });

    it('keeps the time when it was first seen, until the value changes', async () => {
      const [first] = (await json()).drift;
      const [again] = (await json()).drift;
      expect(again?.['since']).toBe(first?.['since']);
      await converge(master.target, [device('board-1', { description: 'in the lab' })]);
      const [changed] = (await json()).drift;
      expect(String(changed?.['since']) > String(first?.['since'])).toBe(true);
    });

    it('is restored by an apply where the mode of its path is enforce, and nowhere else', async () => {
      await converge(master.target, [device('board-1', { version: 'C7', description: 'in use' })]);
      expect((await run('drift')).code).toBe(5);
      const apply = await run('apply', '--yes');
      expect(apply).toMatchObject({ code: 0 });
      expect(apply.stdout).toContain('done update device/board-1');
      expect((await json()).drift.map(({ field }) => field)).toEqual(['description']);
    });

    it('is written back to a branch, where it is not drift', async () => {
      await converge(master.target, [
        deviceType('our-board', { description: 'the board', aliases: ['new-alias'] }),
        worker('rack-1', { description: 'second', jobLimit: 0, env: 'overrides: {A: "2"}\n' }),
        device('board-1', { tags: ['hdmi', 'usb'] }),
        device('board-2', { dictionary: `${board('two')}{% set name = 'b2' %}\n` }),
        {
          kind: 'template',
          name: 'our-board',
          fields: { text: 'actions: {deploy: {methods: {tftp: null}}}\n' },
        },
        { kind: 'health-check', name: 'our-board', fields: { job: check.replace('5', '9') } },
      ]);
      expect((await run('plan')).code).toBe(5);
      const head = await lab.git('rev-parse', 'HEAD');
      const { writtenBack, drift, code } = await json('--write-back', '--branch', 'taken');
      expect(code).toBe(5);
      expect(drift).toHaveLength(10);
      expect(writtenBack).toMatchObject({
        branch: 'taken',
        left: [],
        follows: [{ key: 'device/board-1', field: 'dictionary' }],
      });
      expect(await lab.git('rev-parse', 'HEAD')).toBe(head);
      expect(await lab.git('status', '--porcelain')).toBe('');
      expect(existsSync(join(lab.directory, '.git/refs/heads/taken'))).toBe(true);
      expect(await lab.git('show', 'taken:device-dictionaries/board-1.jinja2')).toBe(
        board('one').replace('["usb"]', '["usb", "hdmi"]'),
      );
      expect(await lab.git('show', 'taken:workers/rack-1/worker.yaml')).toBe(
        'kind: Worker\nsite: here\ndescription: second # rack\njobLimit: 0\n',
      );
      expect(await lab.git('show', 'taken:device-types/our-board.yaml')).toBe(
        '# a type\nkind: DeviceType\ndescription: the board\naliases: [new-alias]\n',
      );

      const tip = await lab.git('rev-parse', 'taken');
      const again = await run('drift', '--write-back', '--branch', 'taken');
      expect(again.stdout).toContain('already written back to the branch taken');
      expect(await lab.git('rev-parse', 'taken')).toBe(tip);
      await lab.git('merge', '--quiet', 'taken');
      expect((await run('validate')).code).toBe(0);
      const { drift: left } = await json('--rev', 'HEAD');
      expect(left).toEqual([]);
    });

    it('leaves nothing to do after the branch is merged and applied', async () => {
      const apply = await run('apply', '--yes');
      expect(apply).toMatchObject({ code: 0 });
      expect(apply.stdout).toContain('1 update');
      expect(await run('plan', '--rev', 'HEAD')).toMatchObject({ code: 0 });
      expect((await json()).drift).toEqual([]);
    });

    it('lists what cannot be written back', async () => {
      await converge(master.target, [device('board-2', { dictionary: 'not: a dictionary of a lab\n' })]);
      const outcome = await run('drift', '--write-back');
      expect(outcome.stdout).toContain('nothing was written back');
      expect(outcome.stdout).toContain('the lab does not accept it (dictionary-extends-nothing');
      expect(await lab.git('branch', '--list', 'lavaflow/*')).toBe('');
    });

    it('is an error for a value that the lab both sets and ignores', async () => {
      await lab.write({
        'device-dictionaries/board-2.yaml': `kind: Device\nphysicalOwner: ${master.user}\n`,
      });
      const validate = await run('validate');
      expect(validate.code).toBe(3);
      expect(validate.stdout + validate.stderr).toMatch(/board-2\.yaml:2:16: error: .* \[ignored-but-said\]/);
    });
  });
}

describeDrift('a master of ours', startOwnTarget);
describeDrift('a double of LAVA 2023.01', () => startSimulatedTarget('2023.01'));
describe.skipIf(requireOrSkip('stock-lava') !== null)('with stock-lava', () => {
  describeDrift('a stock LAVA 2023.01', () => startStockTarget());
});

it('of all masters of a lab is found in one run, and pushed to one branch per master', async () => {
  const [one, two] = [await startSimulatedTarget('2023.01'), await startSimulatedTarget('2023.01')];
  const lab = await makeTestRepository();
  let isTwoUp = true;
  try {
    const masterFile = (url: string, site: string, token: string) =>
      `kind: Master\nurl: ${url}\ntokenFrom: {env: ${token}}\nsites: [${site}]\n`;
    await lab.commit({
      '.gitignore': '.lavaflow/\nremote.git/\n',
      'lab-config/lab.yaml': 'kind: Lab\nname: two\npolicy: {maxUpdateShare: 1}\n',
      'lab-config/masters/one.yaml': masterFile(one.url, 'here', 'ONE'),
      'lab-config/masters/two.yaml': masterFile(two.url, 'there', 'TWO'),
      'lab-config/masters/off.yaml': masterFile('http://127.0.0.1:1', 'nowhere', 'NONE'),
      ...Object.fromEntries(
        ['here', 'there', 'nowhere'].map((site) => [
          `lab-config/sites/${site}.yaml`,
          'kind: Site\nowners: []\n',
        ]),
      ),
      'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\ndescription: first\n',
      'workers/rack-2/worker.yaml': 'kind: Worker\nsite: there\ndescription: first\n',
    });
    const env = { ONE: one.token, TWO: two.token };
    for (const name of ['one', 'two'])
      expect(await lavaflow(lab.directory, ['apply', '--yes', '--master', name], env)).toMatchObject({
        code: 0,
      });
    await lab.git('clone', '-q', '--bare', lab.directory, 'remote.git');
    await converge(one.target, [worker('rack-1', { description: 'mine' })]);
    // apply sees it first, drift reports since when.
    await lavaflow(lab.directory, ['apply', '--yes', '--master', 'one'], env);
    const seenBefore = new Date().toISOString();
    const run = ['drift', '--format', 'json', '--write-back', '--push', join(lab.directory, 'remote.git')];
    const drift = await lavaflow(lab.directory, run, env);
    expect(drift.code).toBe(5);
    expect(drift.stderr).toContain('skipped: master off is off');
    const { masters } = JSON.parse(drift.stdout) as { masters: DriftJson[] };
    expect(masters).toMatchObject([
      { master: 'one', writtenBack: { branch: 'lavaflow/drift-one', state: 'new' } },
      { master: 'two', drift: [], writtenBack: { state: 'none' } },
    ]);
    expect(String(masters[0]?.drift[0]?.['since']) < seenBefore).toBe(true);
    expect(await lab.git('--git-dir', 'remote.git', 'branch', '--list', 'lavaflow/*')).toContain('drift-one');

    await two.stop();
    isTwoUp = false;
    const half = await lavaflow(lab.directory, ['drift'], env);
    expect(half.code).toBe(1);
    expect(half.stdout).toContain('worker/rack-1');
    expect(half.stderr).toContain(two.url);
  } finally {
    await one.stop();
    if (isTwoUp) await two.stop();
    await lab.remove();
  }
});

describe('drift that another tool causes again each time', () => {
  let master: Master;
  let lab: TestRepository;
  let run: Run;

  beforeAll(async () => {
    master = await startSimulatedTarget('2023.01');
    ({ lab, run } = await applyLab(master));
  });
  afterAll(async () => {
    await master.stop();
    await lab.remove();
  });

  it('is restored three times, then only reported, and restored at once by --force', async () => {
    for (const version of ['C1', 'C2', 'C3']) {
      await converge(master.target, [device('board-1', { version })]);
      expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
    }
    await converge(master.target, [device('board-1', { version: 'C4' })]);
    const left = await run('apply', '--yes');
    expect(left.code).toBe(5);
    expect(left.stdout).toContain('report device/board-1 (version): restored 3 times');
    const forced = await run('apply', '--yes', '--force', 'the lab owns it');
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain('done update device/board-1');
    expect(await run('drift')).toMatchObject({ code: 0 });
  });
});
