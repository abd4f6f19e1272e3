import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { TestRepository } from '../support/git/git-repository.js';
import { requireOrSkip } from '../support/real-parts.js';
import { lavaflow, type Outcome } from '../support/cli/run.js';
import { makeSampleLab } from '../support/lab/sample-lab.js';
import { stockRelease } from '../support/stock-lava/releases.js';
import { startStockLava, type StockLava } from '../support/stock-lava/start.js';

describe.skipIf(requireOrSkip('stock-lava') !== null)(
  `the sample lab on a stock LAVA ${stockRelease.release}`,
  () => {
    let stock: StockLava;
    let lab: TestRepository;
    const on = (...args: string[]): Promise<Outcome> =>
      lavaflow(lab.directory, [...args, '--master', 'stock'], {
        LAVAFLOW_STOCK_URL: stock.url,
        LAVAFLOW_STOCK_TOKEN: stock.token,
      });
    const dictionary = async (device: string): Promise<string> => {
      const response = await fetch(`${stock.url}/api/v0.2/devices/${device}/dictionary/`, {
        headers: { Authorization: `Token ${stock.token}` },
      });
      return response.text();
    };

    beforeAll(async () => {
      stock = await startStockLava();
      lab = await makeSampleLab();
    });
    afterAll(async () => {
      await stock.stop();
      await lab.remove();
    });

    test('is off until its URL and token are given', async () => {
      const plan = await lavaflow(lab.directory, ['plan', '--master', 'stock']);
      expect(plan.code).toBe(1);
      expect(plan.stderr).toContain('LAVAFLOW_STOCK_URL');
    });

    test('plan reports what would be created, and creates nothing', async () => {
      const plan = await on('plan');
      expect(plan.stderr).toMatch(/^exit code 2: \d+ objects to be changed by an apply\n$/);
      expect(plan.code).toBe(2);
      expect(plan.stdout).toMatch(/\d+ to create/);
      expect(plan.stdout).toContain('device/sim-board-1');
    });

    test('apply creates it', async () => {
      const apply = await on('apply', '--yes');
      expect(apply.stderr).toBe('');
      expect(apply).toMatchObject({ code: 0 });
      expect(await dictionary('sim-board-1')).toContain('lavaflow board connect sim-board-1');
    });

    test('the next plan has no changes, with exit code 0, and reports what this release does not support', async () => {
      const plan = await on('plan');
      expect(plan.stdout).toContain('Nothing to do');
      expect(plan.stdout).toContain(`unsupported on LAVA ${stockRelease.release}`);
      expect(plan.code).toBe(0);
    });

    test('every device has a configuration that LAVA considers valid', async () => {
      const body =
        '<?xml version="1.0"?><methodCall><methodName>scheduler.validate_pipeline_devices</methodName><params/></methodCall>';
      const response = await fetch(`${stock.url}/RPC2`, {
        method: 'POST',
        headers: { Authorization: `Basic ${Buffer.from(`admin:${stock.token}`).toString('base64')}` },
        body,
      });
      const answer = await response.text();
      const yaml = Buffer.from(/<base64>([^<]*)<\/base64>/.exec(answer)?.[1] ?? '', 'base64').toString(
        'utf8',
      );
      expect(yaml.match(/Valid/g)?.length).toBe(18);
      expect(yaml).not.toContain('Invalid');
    });

    test('a committed edit is one update, and then there is nothing to do', async () => {
      appendFileSync(join(lab.directory, 'device-dictionaries', 'phone-1.jinja2'), '{# edited #}\n');
      await lab.commit({}, 'Edit');
      const apply = await on('apply', '--yes');
      expect(apply.stdout).toContain('done update device/phone-1');
      expect(await dictionary('phone-1')).toContain('edited');
      expect((await on('plan')).code).toBe(0);
    });

    test('a plan file is refused after the master changed, and the refusal states what changed', async () => {
      appendFileSync(join(lab.directory, 'device-dictionaries', 'phone-1.jinja2'), '{# again #}\n');
      await lab.commit({}, 'Edit again');
      const file = join(lab.directory, '.lavaflow', 'plan.json');
      expect((await on('plan', '--rev', 'HEAD', '--out', file)).code).toBe(2);
      await fetch(`${stock.url}/api/v0.2/devices/phone-2/dictionary/`, {
        method: 'POST',
        headers: { Authorization: `Token ${stock.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ dictionary: '{# by hand #}\n' }),
      });
      const apply = await on('apply', file);
      expect(apply.code).toBe(4);
      expect(apply.stdout).toContain('device/phone-2: it changed on the master');
    });

    test('drift reports who changed what, and apply leaves it, according to its mode', async () => {
      const drift = await on('drift');
      expect(drift.stdout).toContain('device/phone-2: it changed on the master');
      expect(drift.code).toBe(5);
      expect((await on('apply', '--yes')).code).toBe(5);
      expect(await dictionary('phone-2')).toContain('by hand');
      expect(await dictionary('phone-1')).toContain('again');
    });

    test('what is removed from the lab is retired, not deleted', async () => {
      await lab.git('rm', '--quiet', 'device-dictionaries/docker-2.jinja2');
      await lab.commit({}, 'Take a device away');
      const apply = await on('apply', '--yes');
      expect(apply.stdout).toContain('done retire device/docker-2');
      const response = await fetch(`${stock.url}/api/v0.2/devices/docker-2/?all=true`, {
        headers: { Authorization: `Token ${stock.token}` },
      });
      expect(await response.json()).toMatchObject({ health: 'Retired' });
    });

    test('a wrong token is reported once, without the token', async () => {
      const plan = await lavaflow(lab.directory, ['plan', '--master', 'stock'], {
        LAVAFLOW_STOCK_URL: stock.url,
        LAVAFLOW_STOCK_TOKEN: 'not-the-right-token',
      });
      expect(plan.code).toBe(1);
      expect(plan.stdout + plan.stderr).not.toContain('not-the-right-token');
      expect(plan.stderr).not.toMatch(/\n\s+at /);
    });

    test('a lab with a finding applies what does not depend on it, with exit code 3', async () => {
      await lab.git('checkout', '--quiet', 'HEAD~1', '--', 'device-dictionaries');
      writeFileSync(join(lab.directory, 'device-dictionaries', 'phone-1.jinja2'), '{% extends nothing\n');
      appendFileSync(join(lab.directory, 'device-dictionaries', 'docker-1.jinja2'), '{# fine #}\n');
      await lab.commit({}, 'Break one');
      const apply = await on('apply', '--yes');
      expect(apply.stderr).toMatch(/device-dictionaries\/phone-1\.jinja2:1:\d+: error/);
      expect(await dictionary('docker-1')).toContain('fine');
      expect(await dictionary('phone-1')).toContain('again');
      expect(apply.code).toBe(3);
    });
  },
);
