/** Debian's own lavacli against our master: the XML-RPC API as its best-known client uses it. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { definition, healthCheck, smallLab } from '../support/master/core.js';
import { startTestMaster, type TestMaster } from '../support/master/running-master.js';
import { requireOrSkip } from '../support/real-parts.js';

const run = promisify(execFile);

describe.skipIf(requireOrSkip('lavacli') !== null)('lavacli', () => {
  let master: TestMaster;
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'lavaflow-lavacli-'));
    master = await startTestMaster();
    const changes = [...smallLab, healthCheck];
    expect((await master.apply('r1', changes)).status).toBe(200);
    writeFileSync(join(directory, 'job.yaml'), definition);
    writeFileSync(join(directory, 'bad.yaml'), 'job_name: x\n');
    writeFileSync(join(directory, 'text'), 'a: 1\n');
  });
  afterAll(async () => {
    await master.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** What a command prints; how it ends is said in front when it is not 0. */
  async function lavacli(...args: string[]): Promise<string> {
    const uri = `${master.url.replace('://', `://admin:${master.admin}@`)}/RPC2`;
    // Debian's python: another one may come first on the path.
    const command = ['/usr/bin/lavacli', '--uri', uri, ...args];
    const options = { cwd: directory, env: { PATH: '/usr/bin:/bin', HOME: directory } };
    try {
      return (await run('/usr/bin/python3', command, options)).stdout;
    } catch (error) {
      const { code, stdout } = error as { code?: number; stdout?: string };
      return `exit ${code ?? '?'}: ${stdout ?? ''}`;
    }
  }
  const json = async (...args: string[]): Promise<unknown> => JSON.parse(await lavacli(...args, '--json'));

  test('system', async () => {
    expect(await lavacli('system', 'version')).toMatch(/^\d+\.\d+\.\d+/);
    expect(await lavacli('system', 'api')).toBe('2\n');
    expect(await lavacli('system', 'whoami')).toBe('admin\n');
    expect(await lavacli('system', 'certificate')).toContain('public-key');
    expect(await lavacli('system', 'methods', 'list')).toContain('scheduler.devices.list\n');
    expect(await lavacli('system', 'methods', 'help', 'scheduler.jobs.submit')).toContain('Submits');
    expect(await lavacli('system', 'methods', 'signature', 'scheduler.jobs.submit')).toBe('definition\n');
  });

  test('devices', async () => {
    expect(await lavacli('devices', 'list')).toBe('Devices:\n* sim-1 (sim): Idle,Unknown\n');
    expect(await json('devices', 'show', 'sim-1')).toMatchObject({
      hostname: 'sim-1',
      device_type: 'sim',
      health_job: true,
      has_device_dict: true,
      worker: 'w1',
      current_job: null,
      tags: ['usb'],
    });
    expect(await lavacli('devices', 'show', 'sim-1')).toContain('device-type : sim\n');
    expect(await json('devices', 'tags', 'list', 'sim-1')).toEqual(['usb']);
    expect(await lavacli('devices', 'dict', 'get', 'sim-1')).toContain("{% set name = 'one' %}");
    expect(await lavacli('devices', 'dict', 'get', 'sim-1', '--render', '--context', '{arch: arm}')).toBe(
      'parameters:\n  board: one\n  arch: arm\n',
    );
  });

  test('device types', async () => {
    expect(await lavacli('device-types', 'list')).toBe('Device-Types:\n* sim (1)\n');
    expect(await json('device-types', 'show', 'sim')).toMatchObject({
      aliases: ['simulator'],
      devices: ['sim-1'],
    });
    expect(await lavacli('device-types', 'template', 'get', 'sim')).toContain('board: {{ name }}');
    expect(await lavacli('device-types', 'health-check', 'get', 'sim')).toContain('health check');
    expect(await lavacli('device-types', 'aliases', 'list', 'sim')).toContain('* simulator');
  });

  test('workers', async () => {
    expect(await json('workers', 'list')).toEqual(['w1']);
    expect(await json('workers', 'show', 'w1')).toMatchObject({ health: 'Active', devices: ['sim-1'] });
    expect(await lavacli('workers', 'show', 'w1')).toContain('job limit   : 0\n');
    expect(await lavacli('workers', 'env', 'get', 'w1')).toBe('purge: false\n');
    expect(await lavacli('workers', 'config', 'get', 'w1')).toBe('dispatcher_ip: 10.0.0.1\n');
  });

  test('aliases and tags', async () => {
    expect(await json('aliases', 'list')).toEqual(['simulator']);
    expect(await json('aliases', 'show', 'simulator')).toEqual({ name: 'simulator', device_type: 'sim' });
    expect(await json('tags', 'list')).toEqual([{ name: 'usb', description: null }]);
    expect(await json('tags', 'show', 'usb')).toMatchObject({ devices: ['sim-1'] });
  });

  test('jobs', async () => {
    const id = (await lavacli('jobs', 'submit', 'job.yaml')).trim();
    expect(id).toBe('1');
    expect(await lavacli('jobs', 'submit', 'bad.yaml')).toContain('timeouts: required key not provided');
    expect(await json('jobs', 'show', id)).toMatchObject({
      state: 'Submitted',
      device_type: 'sim',
      visibility: 'Public',
    });
    expect(await lavacli('jobs', 'show', id)).toContain('submitter   : admin\n');
    expect(await lavacli('jobs', 'definition', id)).toContain('job_name: smoke');
    expect(await lavacli('jobs', 'list')).toContain('* 1: Submitted,Unknown [admin] (smoke) - sim\n');
    expect(await lavacli('jobs', 'list', '--verbose')).toContain('* 1: Submitted');
    expect(await json('jobs', 'list', '--state', 'FINISHED')).toEqual([]);
    expect(await json('jobs', 'queue', 'sim')).toMatchObject([{ id: 1 }]);
    expect(await lavacli('jobs', 'logs', '--no-follow', id)).toBe('');
    expect(await lavacli('jobs', 'validate', 'job.yaml')).toBe('');
    expect(await lavacli('jobs', 'validate', 'bad.yaml')).toContain('required key not provided');
    expect(await lavacli('jobs', 'cancel', id)).toBe('');
    expect(await lavacli('jobs', 'wait', id)).toBe('');
    expect(await json('jobs', 'show', id)).toMatchObject({ state: 'Finished', health: 'Canceled' });
    expect(await lavacli('jobs', 'resubmit', id)).toBe('2\n');
    expect(await lavacli('jobs', 'show', '99')).toContain("Job '99' was not found.");
    expect(await lavacli('results', id)).toBe('Results:\n');
  });

  test('an export of the whole system', async () => {
    await lavacli('system', 'export', 'copy');
    expect(existsSync(join(directory, 'copy', 'instance.yaml'))).toBe(true);
    expect(readFileSync(join(directory, 'copy', 'devices', 'sim-1.jinja2'), 'utf8')).toContain('one');
    expect(readFileSync(join(directory, 'copy', 'device-types', 'sim.jinja2'), 'utf8')).toContain('board');
  });

  test('health is an operator’s', async () => {
    await lavacli('devices', 'maintenance', 'sim-1');
    expect(await lavacli('devices', 'list')).toContain('Idle,Maintenance');
    await lavacli('devices', 'update', 'sim-1', '--health', 'UNKNOWN');
    expect(await lavacli('devices', 'list')).toContain('Idle,Unknown');
    await lavacli('workers', 'update', 'w1', '--health', 'MAINTENANCE');
    expect(await lavacli('workers', 'show', 'w1')).toContain('health      : Maintenance\n');
    await lavacli('system', 'active');
    expect(await lavacli('workers', 'show', 'w1')).toContain('health      : Active\n');
  });

  test.each([
    ['devices add', 'devices add x --type sim --worker w1'],
    ['devices update', 'devices update sim-1 --description x'],
    ['devices dict set', 'devices dict set sim-1 text'],
    ['devices tags add', 'devices tags add sim-1 x'],
    ['device-types add', 'device-types add x'],
    ['device-types update', 'device-types update sim --description x'],
    ['device-types template set', 'device-types template set sim text'],
    ['device-types health-check set', 'device-types health-check set sim text'],
    ['device-types aliases add', 'device-types aliases add sim x'],
    ['workers add', 'workers add x'],
    ['workers update', 'workers update w1 --description x'],
    ['workers config set', 'workers config set w1 text'],
    ['workers env set', 'workers env set w1 text'],
    ['aliases add', 'aliases add x sim'],
    ['tags add', 'tags add x'],
  ])('%s is refused, with the place to change it', async (_what, command) => {
    const answer = await lavacli(...command.split(' '));
    expect(answer).toContain('the lab repo lab, currently at revision r1. Change it there.');
  });
});
