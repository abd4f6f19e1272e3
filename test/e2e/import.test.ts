import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

import { createMasterTarget } from '../../src/lava/index.js';
import { startSimulatedMaster } from '../../src/simulator/index.js';
import { keyOf, type ConfigurationObject, type ObjectKey } from '../../src/model/index.js';
import type { TrapMaster } from '../contract/lava/traps.contract.js';
import { isolatedGit, makeTestRepository } from '../support/git/git-repository.js';
import { converge, device, deviceType, worker } from '../support/targets/master-changes.js';
import { requireOrSkip } from '../support/real-parts.js';
import { lavaflow, type Outcome } from '../support/cli/run.js';
import { startUp } from '../support/cli/running-up.js';
import { makeSampleLab } from '../support/lab/sample-lab.js';
import { startSimulatedTarget } from '../support/targets/simulated-target.js';
import { startStockTarget } from '../support/targets/stock-target.js';

const check = 'job_name: check\ntimeouts: {job: {minutes: 5}}\nvisibility: public\nactions: []\n';
const sync =
  '{% set sync_to_lava = {"device_type": "board", "worker": "rack-1", "tags": ["usb"], "aliases": ["other"]} %}';

/** Files of the master that no call can write on every release. */
const files: Readonly<Record<string, string>> = {
  'device-types/lab-macros.jinja2': '{% macro power(n) %}pdu {{ n }}{% endmacro %}',
  'device-types/lab-base.jinja2': "{% import 'lab-macros.jinja2' as lab %}\nactions: {}\n",
  'device-types/board.jinja2': "{% extends 'lab-base.jinja2' %}\n",
  'device-types/qemu.jinja2': '{# a changed copy #}\nactions: {}\n',
  'device-types/base-uboot.jinja2': '{# a changed copy too #}\nactions: {}\n',
  'health-checks/board.yaml': check,
  'health-checks/lab-base.yaml': check.replace('check', 'of another template'),
};

/** Something of everything else. */
const objects: readonly ConfigurationObject[] = [
  deviceType('board', {
    description: 'no: "board"',
    aliases: ['ti,board', 'board-alias'],
    healthCheckFrequency: { every: 7, unit: 'jobs' },
    cpuModel: '007',
    permissions: [{ group: 'lab-one', permission: 'submit_to_devicetype' }],
  }),
  deviceType('qemu', { display: false, healthChecksDisabled: true }),
  deviceType('x86'),
  worker('rack-1', {
    description: 'Rack 1\nsecond line',
    jobLimit: 3,
    env: 'overrides: {A: "1"}\n',
    dispatcherConfig: 'dispatcher_ip: 10.0.0.1',
  }),
  worker('rack-2', { health: 'Retired' }),
  device('synced', {
    deviceType: 'board',
    worker: 'rack-1',
    tags: ['usb'],
    health: 'Good',
    dictionary: `{% extends 'board.jinja2' %}\n${sync}\n`,
  }),
  device('moved', {
    deviceType: 'qemu',
    worker: 'rack-2',
    tags: ['hdmi', 'usb'],
    dictionary: `{% extends 'qemu.jinja2' %}\n${sync}\n\n\n`,
  }),
  device('plain', {
    deviceType: 'board',
    worker: 'rack-1',
    description: '# no comment',
    version: '1.0',
    physicalOwner: 'admin',
    physicalGroup: 'lab-two',
    permissions: [{ group: 'lab-one', permission: 'change_device' }],
    health: 'Maintenance',
    dictionary: "{% extends 'lab-base.jinja2' %}\n{# no newline at the end #}",
  }),
  device('retired', {
    deviceType: 'x86',
    worker: 'rack-1',
    health: 'Retired',
    dictionary: "{% extends 'x86.jinja2' %}\n",
  }),
  device('no-dictionary', { deviceType: 'board', worker: null, health: 'Bad' }),
  device('broken', {
    deviceType: 'board',
    worker: 'rack-1',
    dictionary: "{% extends 'board.jinja2' %}{% if %}\n",
  }),
];

/**
 * What an import guarantees, on any master.
 * @param templates the master's own templates, which LAVA's responses identify
 */
function describeImport(title: string, templates: readonly string[], start: () => Promise<TrapMaster>): void {
  describe(`import from ${title}`, () => {
    let master: TrapMaster;
    let parent: string;
    let outcome: Outcome;
    let before: ReadonlyMap<ObjectKey, ConfigurationObject>;
    const interest = new Set(objects.map(keyOf));
    const lab = () => join(parent, 'lab');
    const run = (...args: string[]) => lavaflow(lab(), args, { LAVA_TOKEN: master.token });
    const importInto = (directory: string, token = master.token) =>
      lavaflow(
        parent,
        ['import', '--master', `${master.url}/`, '--name', 'main', '--no-lava-git', directory],
        { LAVA_TOKEN: token },
      );

    beforeAll(async () => {
      master = await start();
      for (const [path, text] of Object.entries(files)) {
        await master.writeFile(`dispatcher-config/${path}`, text);
      }
      parent = mkdtempSync(join(tmpdir(), 'lavaflow-import-'));
      expect(
        (await converge(master.target, objects)).outcomes.filter(({ status }) => status !== 'done'),
      ).toEqual([]);
      await master.writeFile(
        'dispatcher-config/devices/moved.jinja2',
        `{% extends 'qemu.jinja2' %}\r\n${sync}\r\n`,
      );
      before = (await master.target.observe(interest)).objects;
      outcome = await importInto('lab');
    });
    afterAll(async () => {
      await master.stop();
      rmSync(parent, { recursive: true, force: true });
    });

    it('succeeds, and lists what the lab cannot describe', () => {
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(outcome.stdout).toContain('devices: 6, device types: 3');
      expect(outcome.stdout).toContain(
        'device/broken (dictionary): the lab does not accept it; stored in not-imported/device-dictionaries/broken.jinja2',
      );
      expect(outcome.stdout).toMatch(
        /not-imported\/device-dictionaries\/broken\.jinja2:1:\d+: error: .* \[template-syntax\]\n/,
      );
    });

    it("has the templates that are not LAVA's", () => {
      const names = readdirSync(join(lab(), 'device-types')).filter((name) => name.endsWith('.jinja2'));
      expect(names.sort()).toEqual(templates.map((name) => `${name}.jinja2`));
    });

    it('has no errors and nothing to do', async () => {
      const validate = await run('validate');
      expect(validate).toMatchObject({ code: 0 });
      const plan = await run('plan');
      expect(plan).toMatchObject({ code: 0 });
      expect(plan.stdout).toContain('Nothing to do');
      expect(await run('plan', '--rev', 'HEAD')).toMatchObject({ code: 0 });
    });

    it('has no drift', async () => {
      expect(await run('drift')).toMatchObject({ code: 0 });
      const json = JSON.parse((await run('plan', '--format', 'json')).stdout) as { counts: object };
      expect(json.counts).toMatchObject({ create: 0, update: 0, adopt: 0, retire: 0, delete: 0 });
    });

    it('keeps dictionaries byte for byte, and has changed nothing on the master', async () => {
      for (const [key, object] of before) {
        if (object.kind !== 'device' || key === 'device/broken' || object.fields.dictionary == null) continue;
        const file = join(lab(), 'device-dictionaries', `${object.name}.jinja2`);
        expect(readFileSync(file, 'utf8')).toBe(object.fields.dictionary);
      }
      expect((await master.target.observe(interest)).objects).toEqual(before);
    });

    it('is one commit of a clean repository, without the token', () => {
      const git = (...args: string[]) =>
        execFileSync('git', ['-C', lab(), ...args], {
          encoding: 'utf8',
          env: { ...process.env, ...isolatedGit },
        });
      expect(git('log', '--format=%s')).toBe(`Import ${master.url}\n`);
      expect(git('status', '--porcelain')).toBe('');
      expect(git('ls-files')).not.toContain('.lavaflow/');
      const files = readdirSync(lab(), { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      for (const { parentPath, name } of files) {
        expect(readFileSync(join(parentPath, name)).includes(master.token)).toBe(false);
      }
      expect(readFileSync(join(lab(), 'lab-config/masters/main.yaml'), 'utf8')).toContain('env: LAVA_TOKEN');
    });

    it('detects later changes by hand', async () => {
      await converge(master.target, [device('plain', { tags: ['by-hand'] }), device('synced', { tags: [] })]);
      const drift = await run('drift');
      expect(drift.code).toBe(5);
      expect(drift.stdout).toContain('device/synced');
      await converge(master.target, [device('plain', { tags: [] }), device('synced', { tags: ['usb'] })]);
    });

    it('leaves nothing behind when it fails', async () => {
      expect(readdirSync(parent)).toEqual(['lab']);
      const again = await importInto('lab');
      expect(again.code).toBe(1);
      expect(again.stderr).toContain('is not empty');
      const refused = await importInto('other', 'not-a-token');
      expect(refused.code).toBe(1);
      expect(refused.stderr).not.toContain('not-a-token');
      expect(readdirSync(parent)).toEqual(['lab']);
    });

    it('shows what somebody changes on the master although no file declares it', async () => {
      const [name] = master.groups;
      const permissions = [{ group: name, permission: 'submit_to_device' }];
      const permitted = ['lava_scheduler_app.device.add_device'];
      const hasGroups = master.supports.groups;
      const group = (more: readonly string[]): ConfigurationObject[] =>
        hasGroups ? [{ kind: 'group', name, fields: { permissions: more } }] : [];
      const byHand = [
        ...group(permitted),
        worker('rack-2', { description: 'by hand', jobLimit: 7 }),
        device('synced', { permissions }),
        device('retired', { physicalOwner: master.user, version: '2' }),
      ];
      const restored = [
        ...group([]),
        worker('rack-2', { description: null, jobLimit: 0 }),
        device('synced', { permissions: [] }),
        device('retired', { physicalOwner: null, version: null }),
      ];
      expect((await converge(master.target, byHand)).left).toEqual([]);
      const drift = await run('drift', '--format', 'json');
      const { drift: items } = JSON.parse(drift.stdout) as { drift: Record<string, unknown>[] };
      const found = items.map((item) => [
        item['severity'],
        item['key'],
        item['field'],
        item['lab'],
        item['master'],
      ]);
      expect(found).toEqual([
        ['high', 'device/synced', 'permissions', [], permissions],
        ...(hasGroups ? [['high', `group/${name}`, 'permissions', [], permitted]] : []),
        ['medium', 'device/retired', 'physicalOwner', null, master.user],
        ['medium', 'worker/rack-2', 'jobLimit', 0, 7],
        ['low', 'device/retired', 'version', null, '2'],
        ['low', 'worker/rack-2', 'description', null, 'by hand'],
      ]);
      expect(drift.code).toBe(5);
      expect((await converge(master.target, restored)).left).toEqual([]);
      expect(await run('drift')).toMatchObject({ code: 0 });
    });

    it('revokes what it granted when a file no longer declares it', async () => {
      const file = join(lab(), 'device-dictionaries', 'plain.yaml');
      const { permissions, physicalOwner, ...rest } = parse(readFileSync(file, 'utf8')) as Record<
        string,
        unknown
      >;
      expect([permissions, physicalOwner]).toEqual([[expect.anything()], master.user]);
      writeFileSync(file, stringify(rest));
      const env = { ...process.env, ...isolatedGit };
      execFileSync('git', ['commit', '-qam', 'Revoke access'], { cwd: lab(), env });
      const plan = await run('plan');
      expect(plan.code).toBe(2);
      expect(plan.stdout).toContain('device/plain: the lab does not declare permissions, physicalOwner');
      expect(await run('apply', '--yes')).toMatchObject({ code: 0 });
      const { objects: after } = await master.target.observe(interest);
      expect(after.get('device/plain')?.fields).toMatchObject({ permissions: [], physicalOwner: null });
      expect(await run('plan')).toMatchObject({ code: 0 });
    });
  });
}

// The packaged templates of the simulated master are not those that lavaflow knows from LAVA 2023.01.
describeImport(
  'a double of LAVA 2023.01',
  ['base-uboot', 'base', 'board', 'lab-base', 'lab-macros', 'qemu'],
  () => startSimulatedTarget('2023.01'),
);
describeImport('a double of LAVA 2020.08', ['board', 'lab-base', 'lab-macros'], () =>
  startSimulatedTarget('2020.08'),
);
describeImport('a double of LAVA 2026.07', ['board', 'lab-base', 'lab-macros', 'qemu'], () =>
  startSimulatedTarget('2026.07'),
);

describe.skipIf(requireOrSkip('stock-lava') !== null)('on this machine', () => {
  describeImport(
    'a stock LAVA 2023.01',
    ['base-uboot', 'board', 'lab-base', 'lab-macros', 'qemu'],
    startStockTarget,
  );
});

describe.skipIf(requireOrSkip('stock-lava') !== null)('import of what `lava-server manage sync` made', () => {
  let stock: Awaited<ReturnType<typeof startStockTarget>>;
  let parent: string;
  beforeAll(async () => {
    stock = await startStockTarget();
    parent = mkdtempSync(join(tmpdir(), 'lavaflow-import-'));
  });
  afterAll(async () => {
    await stock.stop();
    rmSync(parent, { recursive: true, force: true });
  });

  it('imports it without a difference', async () => {
    const lab = join(parent, 'lab');
    const run = (...args: string[]) => lavaflow(parent, args, { TOKEN: stock.token });
    for (const name of ['b1', 'b2']) {
      await stock.writeFile(
        `dispatcher-config/devices/${name}.jinja2`,
        `{% extends 'qemu.jinja2' %}\n${sync.replace('rack-1', name)}\n`,
      );
    }
    await stock.lava.manage('sync');
    const imported = await run('import', '--master', stock.url, '--token-env', 'TOKEN', '--no-lava-git', lab);
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect(imported.stdout).toContain('manage sync');
    expect(imported.stdout).not.toContain('not in the lab');
    // LAVA itself wrote the descriptions. The type has an alias, and no template.
    expect(readdirSync(join(lab, 'device-dictionaries')).sort()).toEqual(['b1.jinja2', 'b2.jinja2']);
    expect(readdirSync(join(lab, 'device-types'))).toEqual(['board.yaml']);
    expect(await run('validate', '--lab', lab)).toMatchObject({ code: 0 });
    expect(await run('plan', '--lab', lab)).toMatchObject({ code: 0 });
    expect(await run('drift', '--lab', lab)).toMatchObject({ code: 0 });
  });
});

/** With the templates of LAVA's package in a git repository, as in LAVA's own. */
async function makeLavaRepository(tag: string, templates: Readonly<Record<string, string>> | string) {
  const lava = await makeTestRepository();
  if (typeof templates === 'string') {
    cpSync(templates, join(lava.directory, 'etc/dispatcher-config/device-types'), { recursive: true });
  }
  const texts = typeof templates === 'string' ? {} : templates;
  await lava.commit(
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [`etc/dispatcher-config/device-types/${name}`, text]),
    ),
  );
  await lava.git('tag', tag);
  return lava;
}

function describeWithTemplates(
  title: string,
  start: () => Promise<Pick<TrapMaster, 'target' | 'url' | 'token' | 'stop'>>,
  templates: Readonly<Record<string, string>> | string,
): void {
  it(`an import from ${title} with LAVA's own templates checks every device, and needs no network later`, async () => {
    const master = await start();
    const lava = await makeLavaRepository('2023.01', templates);
    const parent = mkdtempSync(join(tmpdir(), 'lavaflow-import-'));
    try {
      const dictionary = (on: string, more: string) =>
        `{% extends 'qemu.jinja2' %}\n{% set sync_to_lava = {"device_type": "qemu", "worker": "${on}"} %}\n${more}`;
      await converge(master.target, [
        deviceType('qemu'),
        worker('lab-one-worker-1'),
        worker('dispatcher.two.example.org'),
        device('good', {
          deviceType: 'qemu',
          worker: 'lab-one-worker-1',
          description: 'Created automatically by LAVA.',
          dictionary: dictionary('lab-one-worker-1', "{% set mac_addr = '52:54:00:12:34:56' %}\n"),
        }),
        device('fails', {
          deviceType: 'qemu',
          worker: 'dispatcher.two.example.org',
          dictionary: dictionary('dispatcher.two.example.org', '{% block body %}{{ 1 / 0 }}{% endblock %}\n'),
        }),
      ]);
      const lab = join(parent, 'lab');
      const run = (...args: string[]) => lavaflow(parent, args, { LAVA_TOKEN: master.token });
      const args = ['--master', master.url, '--name', 'main', '--lava-git', lava.directory];
      const imported = await run('import', ...args, '--site', 'three=dispatcher*', lab);
      expect(imported).toMatchObject({ code: 0, stderr: '' });
      expect(imported.stdout).toContain('sites: lab-one, three');
      expect(imported.stdout).toContain('device/fails (dictionary): the lab does not accept it');
      await lava.remove();
      expect(readFileSync(join(lab, 'lab-config/lab.yaml'), 'utf8')).toContain('\ndeviceTypeSources:\n');
      expect(await run('validate', '--lab', lab)).toMatchObject({ code: 0 });
      expect(await run('plan', '--lab', lab)).toMatchObject({ code: 0 });
      expect(await run('drift', '--lab', lab)).toMatchObject({ code: 0 });
      const rendered = await run('render', 'good', '--lab', lab);
      expect(rendered).toMatchObject({ code: 0, stderr: '' });
      expect(rendered.stdout).toContain('52:54:00:12:34:56');
      expect(readdirSync(join(lab, 'device-dictionaries')).sort()).toEqual(['fails.yaml', 'good.jinja2']);
      expect(readdirSync(join(lab, 'device-types'))).toEqual(['.gitkeep']);
    } finally {
      await master.stop();
      await lava.remove();
      rmSync(parent, { recursive: true, force: true });
    }
  });
}

const smallTemplates = {
  'base.jinja2': 'actions: {}\n{% block body %}{% endblock %}\n',
  'qemu.jinja2':
    "{% extends 'base.jinja2' %}\n{% block body %}parameters: {mac: '{{ mac_addr }}'}\n{% endblock %}\n",
};
describeWithTemplates(
  'a double of LAVA 2023.01',
  async () => {
    const packagedTemplates = new Map(Object.entries(smallTemplates));
    const master = await startSimulatedMaster({ release: '2023.01', packagedTemplates });
    const { url, token } = master;
    return { url, token, stop: () => master.stop(), target: createMasterTarget({ url, token }) };
  },
  smallTemplates,
);
describe.skipIf(requireOrSkip('stock-lava') !== null)('on this machine', () => {
  describeWithTemplates('a stock LAVA 2023.01', startStockTarget, '/usr/share/lava-server/device-types');
});

describe('import from the master of lavaflow up', () => {
  it('is a lab whose plan has no changes', async () => {
    const sample = await makeSampleLab();
    const parent = mkdtempSync(join(tmpdir(), 'lavaflow-import-'));
    const up = await startUp(sample.directory);
    try {
      const token = join(sample.directory, '.lavaflow/master/reconciler.token');
      const lab = join(parent, 'deep/lab');
      const args = ['import', '--master', up.url, '--token-file', token, '--format', 'json', lab];
      const imported = await lavaflow(parent, args);
      expect(imported).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(imported.stdout)).toMatchObject({ leftOut: [], counts: { device: 18 } });
      expect(await lavaflow(lab, ['validate'])).toMatchObject({ code: 0 });
      expect(await lavaflow(lab, ['plan'])).toMatchObject({ code: 0 });
      expect(await lavaflow(lab, ['drift'])).toMatchObject({ code: 0 });

      const bare = join(parent, 'bare.git');
      execFileSync('git', ['clone', '-q', '--bare', lab, bare], { env: { ...process.env, ...isolatedGit } });
      const apart = ['import', '--master', up.url, '--token-file', token, '--records', `git:${bare}`];
      expect(await lavaflow(parent, [...apart, 'apart'])).toMatchObject({ code: 0, stderr: '' });
      const plan = ['plan', '--records', `git:${bare}`];
      expect(await lavaflow(join(parent, 'apart'), plan)).toMatchObject({ code: 0 });
      const again = await lavaflow(parent, [...apart, 'again']);
      expect(again).toMatchObject({ code: 1 });
      expect(again.stderr).toContain('already has a record of 127.0.0.1');
      const later = [...apart.slice(0, -1), 'git:origin', 'later'];
      expect((await lavaflow(parent, later)).stdout).toContain('records copy --from file --to git:origin');
      expect(readdirSync(parent).sort()).toEqual(['apart', 'bare.git', 'deep', 'later']);

      const dictionaries = join(sample.directory, 'device-dictionaries');
      // The directory also contains a README, which is not imported.
      for (const name of readdirSync(dictionaries).filter((one) => one.endsWith('.jinja2'))) {
        const imported = readFileSync(join(lab, 'device-dictionaries', name), 'utf8');
        expect(imported).toBe(readFileSync(join(dictionaries, name), 'utf8'));
      }
    } finally {
      await up.stop();
      await sample.remove();
      rmSync(parent, { recursive: true, force: true });
    }
  });
});

describe('a git that would change the files', () => {
  it('stops the creation of a lab', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'lavaflow-init-'));
    writeFileSync(join(parent, 'ignore'), 'worker.yaml\n');
    writeFileSync(join(parent, 'config'), `[core]\n\texcludesFile = ${join(parent, 'ignore')}\n`);
    const init = await lavaflow(parent, ['init', 'lab'], { GIT_CONFIG_GLOBAL: join(parent, 'config') });
    expect(init.code).toBe(1);
    expect(init.stderr).toContain('git left out workers/desk-worker/worker.yaml');
    expect(readdirSync(parent).sort()).toEqual(['config', 'ignore']);
    rmSync(parent, { recursive: true });
  });
});
