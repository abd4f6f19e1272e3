/** How the embedded master renders the configuration of a device. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallLab } from '../../support/master/core.js';
import { startTestMaster, type TestMaster } from '../../support/master/running-master.js';

let master: TestMaster;

beforeAll(async () => {
  master = await startTestMaster();
  expect((await master.apply('r1', smallLab)).status).toBe(200);
});
afterAll(() => master.stop());

function device(verb: 'create' | 'update', name: string, dictionary: string) {
  return { verb, kind: 'device', name, fields: { deviceType: 'sim', dictionary } };
}

async function rendered(name: string): Promise<string> {
  const path = `/api/v0.2/devices/${name}/dictionary/?render=1&context={arch: arm}`;
  return (await master.call('GET', path, master.admin)).text;
}

test('a dictionary extends the dictionary of another device, as in LAVA', async () => {
  const twin = "{% extends 'sim-1.jinja2' %}\n";
  expect((await master.apply('r2', [device('create', 'sim-2', twin)])).status).toBe(200);
  expect(await rendered('sim-2')).toBe('parameters:\n  board: one\n  arch: arm');
});

test('and reflects its changes immediately', async () => {
  const edited = "{% extends 'sim.jinja2' %}\n{% set name = 'changed' %}\n";
  expect((await master.apply('r3', [device('update', 'sim-1', edited)])).status).toBe(200);
  expect(await rendered('sim-2')).toBe('parameters:\n  board: changed\n  arch: arm');
});

test('a dictionary is found before a template of the same name, as in LAVA', async () => {
  const shadow = 'board: a device that is named like a template\n';
  expect((await master.apply('r4', [device('create', 'sim', shadow)])).status).toBe(200);
  expect(await rendered('sim-1')).toBe(shadow.trimEnd());
});

test('one that extends itself is a problem of that device only', async () => {
  const loop = "{% extends 'sim-3.jinja2' %}\n";
  const other = 'board: on its own\n';
  const changes = [device('create', 'sim-3', loop), device('create', 'sim-4', other)];
  expect((await master.apply('r5', changes)).status).toBe(200);
  expect(await rendered('sim-3')).toContain('the device dictionary cannot be rendered');
  expect(await rendered('sim-4')).toBe('board: on its own');
});

test('YAML that PyYAML accepts is accepted: a quoted string that continues at the start of a line', async () => {
  const text = "{% set character = '\n' %}\nboard:\n  interrupt: '{{ character }}'\n  next: {{ name }}\n";
  const using = "{% extends 'continued.jinja2' %}\n{% set name = 'five' %}\n";
  const broken = "{% extends 'continued.jinja2' %}\n{% set name = '@five' %}\n";
  const changes = [
    { verb: 'create', kind: 'template', name: 'continued', fields: { text } },
    device('create', 'sim-5', using),
    device('create', 'sim-6', broken),
  ];
  expect((await master.apply('r6', changes)).status).toBe(200);
  expect(await rendered('sim-5')).toBe("board:\n  interrupt: '\n'\n  next: five");
  expect(await rendered('sim-6')).toContain('line 4: ');
});

test('the device is not passed to templates, as in LAVA before 2026.06', async () => {
  const names = "hostname: '{{ scheduled_device_name }}'\n";
  expect((await master.apply('r7', [device('create', 'sim-7', names)])).status).toBe(200);
  expect(await rendered('sim-7')).toBe("hostname: ''");
});
