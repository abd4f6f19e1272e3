/**
 * Which devices a genuine LAVA marks Bad, and what the command line reports before: the plan blocks the devices of a lab
 * that LAVA would mark, and counts those that a template makes invalid although no file of the lab names them.
 */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ConfigurationObject } from '../../src/model/index.js';
import { lavaflow } from '../support/cli/run.js';
import { makeTestRepository, type TestRepository } from '../support/git/git-repository.js';
import { requireOrSkip } from '../support/real-parts.js';
import { stockRelease } from '../support/stock-lava/releases.js';
import { converge, device, deviceType, healthCheck, template } from '../support/targets/master-changes.js';
import { startStockTarget } from '../support/targets/stock-target.js';
import { until } from '../support/until.js';

const fieldCase = join(import.meta.dirname, '../fixtures/labs/16-device-schema');
const packaged = `${stockRelease.root}/usr/share/lava-server/device-types`;

describe.skipIf(requireOrSkip('stock-lava') !== null)(
  `devices that LAVA ${stockRelease.release} marks Bad`,
  () => {
    let master: Awaited<ReturnType<typeof startStockTarget>>;
    const labs: TestRepository[] = [];
    beforeAll(async () => {
      master = await startStockTarget();
    });
    afterAll(async () => {
      await master.stop();
      for (const lab of labs) await lab.remove();
    });

    async function makeLab(files: Readonly<Record<string, string>>, from?: string): Promise<TestRepository> {
      await master.reset();
      const lab = await makeTestRepository();
      labs.push(lab);
      if (from !== undefined) cpSync(from, lab.directory, { recursive: true });
      await lab.commit({ 'lab-config/masters/m.yaml': masterFile(stockRelease.release), ...files });
      return lab;
    }
    const masterFile = (release: string): string =>
      `kind: Master\nurl: ${master.url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\nrelease: "${release}"\n`;
    const run = (lab: TestRepository, ...args: string[]) =>
      lavaflow(lab.directory, args, { LAVA_TOKEN: master.token, LAVAFLOW_TEMPLATE_DIRECTORIES: packaged });

    async function put(...objects: readonly ConfigurationObject[]): Promise<void> {
      const { outcomes } = await converge(master.target, objects);
      expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
    }

    /** What LAVA's scheduler asks before each job. */
    async function invalidOnMaster(): Promise<string[]> {
      const code =
        'from lava_scheduler_app.models import Device; print("invalid:", *sorted(d.hostname for d in Device.objects.all() if not d.is_valid()))';
      const said = await master.lava.manage('shell', '-c', code);
      const line = said.split('\n').find((one) => one.startsWith('invalid:')) ?? '';
      return line.split(' ').slice(1);
    }

    it('are blocked in the plan of a lab that names them, and no others are', async () => {
      const lab = await makeLab(
        {
          'lab-config/lab.yaml': `kind: Lab\nname: field\ndeviceTypeSources:\n  - directory: ${packaged}\n`,
        },
        fieldCase,
      );
      const plan = await run(lab, 'plan', '--format', 'json');
      expect(plan.code).toBe(3);
      const { changes } = JSON.parse(plan.stdout) as { changes: { key: string; hold?: string }[] };
      const blocked = changes.flatMap(({ key, hold }) =>
        key.startsWith('device/') && hold === 'blocked' ? [key.slice('device/'.length)] : [],
      );

      const files = join(fieldCase, 'device-dictionaries');
      const names = readdirSync(files).map((file) => file.replace('.jinja2', ''));
      const text = (name: string): string => readFileSync(join(files, `${name}.jinja2`), 'utf8');
      const typeOf = (name: string): string => /"device_type": "([^"]+)"/.exec(text(name))?.[1] ?? '';
      const ours = readFileSync(join(fieldCase, 'device-types/lab-board.jinja2'), 'utf8');
      await put(
        ...[...new Set(names.map(typeOf))].map((name) => deviceType(name, {})),
        template('lab-board', ours),
        ...names.map((name) =>
          device(name, { deviceType: typeOf(name), worker: null, dictionary: text(name) }),
        ),
      );
      const invalid = await invalidOnMaster();
      expect(blocked.sort()).toEqual(invalid);
      expect(invalid).toContain('ssh-power');
      expect(invalid).not.toContain('ok-1');

      // A remark, because validate has judged the devices by another release.
      const other = stockRelease.release === '2020.12' ? '2023.01' : '2020.12';
      await lab.commit({ 'lab-config/masters/m.yaml': masterFile(other) });
      const { stdout } = await run(lab, 'plan');
      expect(stdout).toContain(
        `note: the master runs LAVA ${stockRelease.release}, but lab-config/masters/m.yaml specifies ${other}`,
      );
    });

    it(
      'are counted in the plan that makes them invalid, and a genuine scheduler marks them',
      { timeout: 300_000 },
      async () => {
        const base = (more: string): string =>
          `actions: {deploy: {methods: {}, connections: {}}, boot: {methods: {}, connections: {}}}\ncommands: {users: {hello: {do: "true", undo: "true"}}}\n${more}`;
        const check =
          'job_name: check\ntimeouts: {job: {minutes: 2}, action: {minutes: 1}, connection: {minutes: 1}}\nvisibility: public\npriority: medium\nactions:\n- command: {name: hello}\n';
        const lab = await makeLab({
          'lab-config/lab.yaml': 'kind: Lab\nname: fleet\npolicy: {maxUpdateShare: 1}\n',
          'lab-config/sites/here.yaml': 'kind: Site\nowners: []\n',
          'workers/worker-1/worker.yaml': 'kind: Worker\nsite: here\n',
          ...Object.fromEntries(
            ['fleet', 'other'].flatMap((name) => [
              [`device-types/${name}.yaml`, 'kind: DeviceType\n'],
              [`device-types/${name}.jinja2`, base('')],
              [`device-types/${name}.health-check.yaml`, check],
            ]),
          ),
        });
        expect(await run(lab, 'apply', '--yes')).toMatchObject({ code: 0 });
        // Nobody has written these to the lab.
        const extending = (name: string): string => `{% extends '${name}.jinja2' %}\n`;
        await put(
          healthCheck('other', check),
          device('other-1', { deviceType: 'other', worker: 'worker-1', dictionary: extending('other') }),
          ...Array.from({ length: 40 }, (_, index) =>
            device(`fleet-${index + 1}`, {
              deviceType: 'fleet',
              worker: index === 0 ? 'worker-1' : null,
              dictionary: extending('fleet'),
            }),
          ),
        );
        expect(await invalidOnMaster()).toEqual([]);

        await lab.commit({ 'device-types/fleet.jinja2': base('board_revision: A\n') });
        const plan = await run(lab, 'plan');
        expect(plan.code).toBe(2);
        expect(plan.stdout).toContain(
          'note: this plan makes 40 devices invalid: LAVA sets such devices to Bad',
        );
        expect(plan.stdout).toMatch(/! .*40 devices/);
        expect(await run(lab, 'apply', '--yes')).toMatchObject({ code: 0 });
        expect(await invalidOnMaster()).toHaveLength(40);

        await master.lava.startWorker('worker-1');
        const healthOf = async (name: string) => (await master.target.boards?.())?.get(name)?.health;
        await until('the valid one is Good', async () => (await healthOf('other-1')) === 'Good', 120_000);
        await until('the invalid one is Bad', async () => (await healthOf('fleet-1')) === 'Bad', 120_000);
        expect((await master.target.boards?.())?.get('fleet-1')?.lastHealthCheck).toBeNull();
      },
    );
  },
);
