import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeLeftOut } from '../../../src/lab/index.js';
import type { ConfigurationObject } from '../../../src/model/index.js';
import { verdictOfPlan } from '../../../src/plan/index.js';
import { importOf, planAfter } from '../../support/lab/import-lab.js';
import { device, deviceType, healthCheck, template, worker } from '../../support/targets/master-changes.js';

const check = 'job_name: check\ntimeouts: {job: {minutes: 5}}\nvisibility: public\nactions: []\n';
const synced = (type: string, on: string) =>
  `{% extends '${type}.jinja2' %}\n{% set sync_to_lava = {"device_type": "${type}", "worker": "${on}", "tags": ["usb"]} %}\n`;

async function importAndPlan(objects: readonly ConfigurationObject[], view = {}) {
  const imported = await importOf(objects, view);
  const { plan, findings } = await planAfter(imported, imported.target);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const left = imported.leftOut.map(({ key, field }) => (field === null ? key : `${key} ${field}`));
  return { ...imported, plan, errors, left, writes: imported.target.writes };
}

describe('the import of a master', () => {
  it('writes all of it, and the plan right after it is empty', async () => {
    const dictionary = synced('board', 'w1');
    const { texts, plan, errors, left, counts, writes } = await importAndPlan([
      template('lab-base', 'actions: {}\n'),
      template('board', "{% extends 'lab-base.jinja2' %}\n"),
      deviceType('board', {
        description: 'no',
        aliases: ['ti,board'],
        healthCheckFrequency: { every: 3, unit: 'jobs' },
      }),
      healthCheck('board', check),
      worker('w1', { description: 'first: "rack"\nsecond', jobLimit: 2, env: 'overrides: {A: "1"}\n' }),
      device('synced', { deviceType: 'board', worker: 'w1', tags: ['usb'], dictionary }),
      device('plain', {
        deviceType: 'board',
        worker: 'w1',
        version: '007',
        physicalOwner: 'ann',
        permissions: [{ group: 'staff', permission: 'view_device' }],
        tags: ['hdmi'],
        health: 'Retired',
        dictionary: "{% extends 'board.jinja2' %}",
      }),
      device('loose', { deviceType: 'board', worker: null, health: 'Bad' }),
    ]);
    expect(errors).toEqual([]);
    expect(left).toEqual([]);
    expect(plan.changes).toEqual([]);
    expect(verdictOfPlan(plan).code).toBe(0);
    expect(writes).toBe(0);
    expect(counts).toEqual({
      group: 0,
      template: 2,
      'device-type': 1,
      'health-check': 1,
      worker: 1,
      device: 3,
    });
    expect(texts.get('device-dictionaries/synced.jinja2')).toBe(dictionary);
    expect(texts.get('device-dictionaries/plain.jinja2')).toBe("{% extends 'board.jinja2' %}");
    expect([...texts.keys()].filter((path) => path.endsWith('.yaml'))).toEqual([
      '.github/workflows/lab-drift.yaml',
      '.github/workflows/lab-plan.yaml',
      '.github/workflows/lab-review-fork.yaml',
      '.github/workflows/lab-review.yaml',
      '.github/workflows/lab.yaml',
      'device-dictionaries/loose.yaml',
      'device-dictionaries/plain.yaml',
      'device-types/board.health-check.yaml',
      'device-types/board.yaml',
      'lab-config/lab.yaml',
      'lab-config/masters/main.yaml',
      'lab-config/sites/main.yaml',
      'workers/w1/env.yaml',
      'workers/w1/worker.yaml',
    ]);
    expect(texts.get('device-dictionaries/loose.yaml')).toBe(
      'kind: Device\ndeviceType: board\nworker: null\nsite: main\n',
    );
  });

  it('includes workflows that plan and apply the master with a token from the secrets', async () => {
    const { texts } = await importAndPlan([deviceType('board')]);
    const read = (name: string) =>
      parse(texts.get(`.github/workflows/${name}.yaml`) ?? '') as Record<string, unknown>;
    const env = {
      LAVAFLOW: 'https://git.example.org/lavaflow.git',
      LAVAFLOW_COMMIT: 'c'.repeat(40),
      LAVAFLOW_RECORDS: 'git:origin',
    };
    const token = { LAVA_TOKEN: '${{ secrets.LAVA_TOKEN }}' };
    expect(read('lab')).toMatchObject({
      on: { pull_request: null, merge_group: null },
      env,
      jobs: {
        validate: { steps: [{}, {}, {}, { run: 'lavaflow validate --format github' }] },
        apply: { steps: [{}, {}, {}, { run: 'lavaflow github apply --master main', env: token }] },
      },
    });
    expect(read('lab-plan')).toMatchObject({
      env,
      jobs: { plan: { steps: [{}, {}, {}, {}, { env: token }] } },
    });
    expect(read('lab-drift')).toMatchObject({
      env,
      on: { schedule: [{}], workflow_dispatch: null, issues: { types: ['edited'] } },
      jobs: {
        drift: {
          steps: [
            {},
            {},
            {},
            { run: expect.stringContaining('lavaflow github drift --master main') as string, env: token },
          ],
        },
      },
    });
    expect(texts.get('README.md')).toContain('each with the secret `LAVA_TOKEN`');
  });

  it('reports many objects with the same reason in one line, and lists all of them in the lab', async () => {
    const names = Array.from({ length: 30 }, (_, number) => `d${number + 10}`);
    const { leftOut, texts } = await importAndPlan([
      deviceType('board'),
      worker('w1'),
      ...names.map((name) => device(name, { deviceType: 'board', worker: 'w1', tags: ['a b'] })),
    ]);
    expect(describeLeftOut(leftOut)).toEqual([
      `30 of device (tags): the lab format does not accept its value: ${names.slice(0, 10).join(', ')} and 20 more`,
    ]);
    for (const name of names)
      expect(texts.get('not-imported/README.md')).toMatch(
        new RegExp(`device/${name} \\(tags\\): .*: a b$`, 'm'),
      );
  });

  it('lets the master override a dictionary that differs', async () => {
    const { texts, plan, errors, left } = await importAndPlan([
      deviceType('board', { aliases: ['b'] }),
      deviceType('other'),
      worker('w1'),
      worker('w2'),
      device('moved', {
        deviceType: 'other',
        worker: 'w2',
        dictionary: synced('qemu', 'w1').replace('"tags"', '"aliases": ["unknown"], "tags"'),
      }),
    ]);
    expect([errors, left, plan.changes]).toEqual([[], [], []]);
    expect(texts.get('device-dictionaries/moved.yaml')).toBe(
      'kind: Device\ndeviceType: other\nworker: w2\ntags: []\naliases: []\n',
    );
  });

  it('puts aside what the lab does not accept, and keeps the rest in order', async () => {
    const broken = "{% extends 'board.jinja2' %}{% if %}\n";
    const { texts, plan, errors, left } = await importAndPlan([
      template('board', 'actions: {}\n'),
      template('bad', '{% for %}'),
      deviceType('board', { bits: -1, aliases: ['W1', 'board'] }),
      healthCheck('board', 'not: a job\n'),
      worker('w1', { env: '- no mapping\n', jobLimit: -3 }),
      device('d1', { deviceType: 'board', worker: 'w1', dictionary: broken, tags: ['no tag!'] }),
      device('d2', { deviceType: 'board', worker: 'w1', dictionary: synced('board', 'w1'), tags: ['usb'] }),
      device('d3', { deviceType: 'board', worker: 'w1', dictionary: '-----BEGIN RSA PRIVATE KEY-----\n' }),
    ]);
    expect(errors).toEqual([]);
    expect(plan.changes.filter(({ hold }) => hold !== 'unnamed')).toEqual([]);
    expect(left).toEqual([
      'device-type/board aliases',
      'device-type/board bits',
      'device/d1 dictionary',
      'device/d1 tags',
      'device/d3 dictionary',
      'health-check/board',
      'template/bad',
      'worker/w1 env',
      'worker/w1 jobLimit',
    ]);
    expect(texts.get('not-imported/device-dictionaries/d1.jinja2')).toBe(broken);
    expect(texts.get('not-imported/device-types/bad.jinja2')).toBe('{% for %}');
    expect(texts.get('not-imported/workers/w1/env.yaml')).toBe('- no mapping\n');
    expect([...texts.values()].join('')).not.toContain('PRIVATE KEY');
    const readme = texts.get('not-imported/README.md');
    expect(readme).toContain('device/d3 (dictionary): the lab does not accept it\n');
    // As validate reports it, at the place of the stored text.
    const at = String.raw`not-imported/device-types/board\.health-check\.yaml:1:1`;
    expect(readme).toMatch(new RegExp(` {6}${at}: error: .* \\[yaml-missing-key\\]\n {8}hint: .*\\.\n`));
    expect(readme).toContain(
      '    device/d1 (dictionary): the lab does not accept it; stored in not-imported/device-dictionaries/d1.jinja2\n      not-imported/device-dictionaries/d1.jinja2:1:',
    );
  });

  it.each([
    '../../etc/passwd',
    '..',
    '.git',
    'a/b',
    '/abs',
    'x\ny',
    'x\u0000y',
    '-rf',
    'Caf\u00e9',
    'w'.repeat(300),
    'lava-logs',
  ])('never makes a path of the name %j', async (name) => {
    const { texts, plan, errors, left } = await importAndPlan([
      template(name, 'board_id: b\n'),
      deviceType(name),
      deviceType('board'),
      healthCheck(name, check),
      worker(name),
      worker('w1'),
      device(name, { deviceType: 'board', worker: 'w1' }),
      device('typed', { deviceType: name, worker: 'w1' }),
      device('connected', { deviceType: 'board', worker: name }),
    ]);
    expect(errors).toEqual([]);
    expect(plan.changes.every(({ hold }) => hold === 'unnamed')).toBe(true);
    expect(left).toContain(`worker/${name}`);
    for (const path of texts.keys()) expect(path).toMatch(/^[\w.@-]+(\/[\w.@-]+){0,2}$/);
    expect([...texts.keys()].filter((path) => path.split('/').includes('..'))).toEqual([]);
  });

  it('imports one of two names that differ only in case', async () => {
    const { left, errors, plan } = await importAndPlan([
      deviceType('Board'),
      deviceType('board'),
      worker('w1'),
      device('D', { deviceType: 'Board', worker: 'w1' }),
      device('d', { deviceType: 'Board', worker: 'w1' }),
    ]);
    expect(errors).toEqual([]);
    expect(left).toEqual(['device-type/board', 'device/d']);
    expect(verdictOfPlan(plan).code).toBe(0);
  });

  it("says in the lab which templates replace LAVA's on purpose", async () => {
    const { texts, errors, plan } = await importAndPlan([
      template('base', 'changed\n'),
      template('lab-base', 'board_id: b\n'),
    ]);
    expect(texts.get('lab-config/lab.yaml')).toContain('overrides:\n  - base\n');
    expect([errors, plan.changes]).toEqual([[], []]);
  });

  it('adopts devices that `lava-server manage sync` manages, and reports it', async () => {
    const { remarks, errors, plan, counts } = await importAndPlan(
      [deviceType('board'), worker('w1'), device('d1', { deviceType: 'board', worker: 'w1' })],
      { synced: new Set(['device/d1'] as const) },
    );
    expect(errors).toEqual([]);
    expect(plan.changes).toEqual([]);
    expect(counts.device).toBe(1);
    expect(remarks.join(' ')).toContain('manage sync');
  });

  it('rejects a master that does not show all devices', async () => {
    const view = { unreadable: [{ kind: 'device', reason: 'no permission' }] as const };
    await expect(importOf([deviceType('board')], { unreadable: [...view.unreadable] })).rejects.toThrow(
      /cannot import the devices .*no permission.*superuser/,
    );
  });

  it('reports which fields it could not read', async () => {
    const unreadable = [
      { kind: 'device', name: 'd1', field: 'permissions', reason: 'no permission' },
    ] as const;
    const { left, errors, remarks } = await importAndPlan(
      [deviceType('board'), worker('w1'), device('d1', { deviceType: 'board', worker: 'w1' })],
      { unreadable: [...unreadable] },
    );
    expect(left).toEqual(['device/d1 permissions']);
    // Users who may not read them may not see all devices either, and LAVA does not report that.
    expect(remarks.join(' ')).toContain("not a superuser's");
    expect(errors).toEqual([]);
  });

  it('ignores the workers that LAVA itself creates, unless devices are connected to them', async () => {
    const view = { builtIn: new Set(['worker/example.com'] as const) };
    const without = await importAndPlan([worker('example.com'), deviceType('board')], view);
    expect(without.texts.has('workers/example.com/worker.yaml')).toBe(false);
    expect(without.left).toEqual([]);
    const onIt = device('d1', { deviceType: 'board', worker: 'example.com' });
    const used = await importAndPlan([worker('example.com'), deviceType('board'), onIt], view);
    expect(used.errors).toEqual([]);
    expect(verdictOfPlan(used.plan).code).toBe(0);
    expect(used.counts.device).toBe(1);
  });

  it('writes health checks by type, where the lab can express them that way', async () => {
    const other = check.replace('check', 'other');
    const extending = (name: string, type: string, from: string) =>
      device(name, { deviceType: type, worker: 'w1', dictionary: `{% extends '${from}.jinja2' %}\n` });
    const { texts, left, plan, errors } = await importAndPlan([
      ...['t1', 't2', 't3', 't4'].map((name) => template(name, 'board_id: b\n')),
      ...['one', 'two', 'mixed', 'renamed'].map((name) => deviceType(name)),
      worker('w1'),
      extending('one-1', 'one', 't1'),
      extending('two-1', 'two', 't1'),
      extending('mixed-1', 'mixed', 't2'),
      extending('mixed-2', 'mixed', 't3'),
      extending('renamed-1', 'renamed', 't4'),
      healthCheck('t1', check),
      healthCheck('t2', check),
      healthCheck('t3', other),
      healthCheck('renamed', check),
      healthCheck('nobody', check),
    ]);
    expect(errors).toEqual([]);
    expect(plan.changes.every(({ hold }) => hold === 'unnamed')).toBe(true);
    expect([...texts.keys()].filter((path) => path.endsWith('health-check.yaml'))).toEqual(
      ['nobody', 'one', 'two'].map((name) => `device-types/${name}.health-check.yaml`),
    );
    expect(left).toEqual(['health-check/renamed', 'health-check/t2', 'health-check/t3']);
  });

  it('writes the health check of a type even if one of its devices extends a template that does not exist', async () => {
    const extending = (name: string, from: string) =>
      device(name, { deviceType: 'one', worker: 'w1', dictionary: `{% extends '${from}.jinja2' %}\n` });
    const { texts, left, plan } = await importAndPlan([
      template('t1', 'board_id: b\n'),
      deviceType('one'),
      worker('w1'),
      extending('one-1', 't1'),
      extending('one-2', 'nothing'),
      healthCheck('t1', check),
    ]);
    expect(texts.get('device-types/one.health-check.yaml')).toBe(check);
    expect(left).toEqual(['device/one-2 dictionary']);
    expect(plan.changes).toEqual([]);
  });
});

describe('the import of a hostile master', () => {
  const board = [template('board', 'parameters:\n  x: {{ x }}\n'), deviceType('board')];
  const extending = "{% extends 'board.jinja2' %}\n";
  const on = (name: string, dictionary: string | null = extending) =>
    device(name, { deviceType: 'board', worker: null, dictionary });

  it('creates no files for invalid names, and reports each of them', async () => {
    const names = [
      '../up',
      'a/b',
      'a\\b',
      '/etc/passwd',
      '..',
      '.git',
      '-rf',
      'a b',
      'a\nb',
      'a\u0000b',
      'a\u001b[31m',
      'e\u0301',
      'x'.repeat(300),
      'c:x',
    ];
    const all = [
      ...board,
      ...names.flatMap((name) => [on(name), worker(name), deviceType(name), template(name, 'x: 1\n')]),
    ];
    const { texts, errors, plan, left } = await importAndPlan(all);
    expect(errors).toEqual([]);
    expect(verdictOfPlan(plan).code).toBe(0);
    for (const path of texts.keys()) expect(path).toMatch(/^[A-Za-z0-9._/-]+$/);
    for (const path of texts.keys()) expect(path).not.toContain('..');
    for (const name of names) expect(left).toContain(`device/${name}`);
  });

  it('keeps one of two names that a disk would treat as equal', async () => {
    const { texts, left, plan } = await importAndPlan([...board, on('Board-1'), on('board-1')]);
    expect(texts.has('device-dictionaries/Board-1.jinja2')).toBe(true);
    expect(left).toEqual(['device/board-1']);
    expect(verdictOfPlan(plan).code).toBe(0);
  });

  it('reproduces texts byte by byte, or names them', async () => {
    const dictionaries: Readonly<Record<string, string>> = {
      crlf: `${extending.trimEnd()}\r\n{% set x = 1 %}\r\n`,
      cr: `${extending.trimEnd()}\r{% set x = 1 %}`,
      'no-newline': extending.trimEnd(),
      newlines: `${extending}\n\n\n`,
      bom: `\ufeff${extending}`,
      unicode: `${extending}{% set x = "ü😀\u2028" %}`,
      'no-utf': `${extending}{# \ud800 #}`,
      nul: `${extending}{# \u0000 #}`,
      blank: ' \n',
      large: `${extending}{#${'0123456789abcde\n'.repeat(40_000)}#}\n`,
    };
    const devices = Object.entries(dictionaries).map(([name, text]) => on(name, text));
    const { files, left, plan, errors } = await importAndPlan([...board, ...devices]);
    expect(errors).toEqual([]);
    expect(verdictOfPlan(plan).code).toBe(0);
    const lost = Object.keys(dictionaries).filter((name) => {
      const file = files.get(`device-dictionaries/${name}.jinja2`);
      const bytes = file?.type === 'file' ? Buffer.from(file.content) : Buffer.alloc(0);
      return !bytes.equals(Buffer.from(dictionaries[name] ?? ''));
    });
    // CRLF is nothing that LAVA itself gives: it reads files with line ends of its own.
    expect(lost).toEqual(['crlf', 'cr', 'no-utf', 'nul', 'blank', 'large']);
    expect(left).toEqual(lost.sort().map((name) => `device/${name} dictionary`));
  });

  it('commits no secret of a worker, and names the lines that look like one', async () => {
    const { texts, left, leftOut, likelySecrets, plan } = await importAndPlan([
      ...board,
      worker('w1', { env: 'overrides:\n  A: "1"\n  API_TOKEN: correcthorse\n', jobLimit: 2 }),
      worker('w2', { env: 'overrides: {PROXY: "http://proxy:3128"}\n' }),
      on('pdu', `${extending}{% set hard_reset_command = "pdu --password hunter22" %}\n`),
    ]);
    expect(left).toEqual(['worker/w1 env']);
    expect(leftOut[0]?.why).toBe('it seems to contain a secret in line 3, and was not stored');
    expect([...texts.values()].join()).not.toContain('correcthorse');
    expect(texts.has('workers/w2/env.yaml')).toBe(true);
    expect(likelySecrets).toEqual([{ path: 'device-dictionaries/pdu.jinja2', line: 2 }]);
    expect(verdictOfPlan(plan).code).toBe(0);
  });
});
