import { describe, expect, it } from 'vitest';

import { checkDeviceConfiguration } from '../../../src/job/index.js';
import { parsePython } from '../../../src/pyyaml/index.js';

const lava2023 = 202301;

function problemsOf(value: unknown, release = lava2023): string[] {
  return checkDeviceConfiguration(value, release).map(({ path, message }) => `${path}: ${message}`);
}

describe('checking a rendered device configuration', () => {
  it('accepts an empty configuration', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it.each([
    [null, ': expected a mapping, got nothing'],
    [{ comands: {} }, 'comands: unknown key'],
    [{ actions: { deploy: {} } }, 'actions.deploy.methods: required key not provided'],
    [{ actions: { boot: { methods: {} } } }, 'actions.boot.connections: required key not provided'],
    [{ commands: { connect: 5 } }, 'commands.connect: expected a string, a list or a mapping, got 5'],
    [{ commands: { users: { a: {} } } }, 'commands.users.a.do: required key not provided'],
    [{ usb_vendor_id: '12345' }, 'usb_vendor_id: "12345" does not have 4 characters'],
    [
      { timeouts: { actions: { a: { minutes: 1, hours: 1 } } } },
      'timeouts.actions.a: has both hours and minutes',
    ],
    [{ timeouts: { actions: { Login: {} } } }, 'timeouts.actions.Login: unknown key'],
    [
      { actions: { deploy: { methods: { ssh: { host: 'b' } } } }, commands: { power_off: 'x' } },
      'commands: must not have power_off: the device is reached by ssh (actions.deploy.methods.ssh.host)',
    ],
  ])('%j', (value, problem) => {
    expect(problemsOf(value)).toEqual([problem]);
  });

  it('reports all problems at once', () => {
    expect(problemsOf({ a: 1, usb_sleep: 'x', board_id: 3 })).toHaveLength(3);
  });

  it.each([
    [202108, { actions: { test: { methods: {} } } }],
    [202201, { commands: { must_use_connection: true } }],
    [202202, { uuu_usb_otg_path_command: ['x'] }],
  ])('accepts the new keys of release %i since that release', (release, value) => {
    expect(problemsOf(value, release)).toEqual([]);
    expect(problemsOf(value, release - 1)).toHaveLength(1);
  });
});

describe('what only the YAML text shows', () => {
  it.each([
    ['{1: {}}', '1: unknown key: it is 1, not a string'],
    ['usb_sleep: 1.0', 'usb_sleep: expected a whole number, got 1.0'],
    ['commands: {users: {5: {do: x}}}', 'commands.users.5: unknown key: it is 5, not a string'],
    ['board_id: 2020-01-01', 'board_id: expected a string, got a date'],
    ['device_info: !!set {a}', 'device_info: expected a list, got a set'],
  ])('%s', (text, problem) => {
    const yaml = parsePython(text);
    expect(yaml.ok && problemsOf(yaml.value)).toEqual([problem]);
  });
});

it('suggests the key that a misspelled one means', () => {
  const hints = checkDeviceConfiguration({ comands: {}, commands: {}, usb_slep: 1 }, lava2023);
  expect(hints.map(({ path, hint }) => [path, hint])).toEqual([
    ['comands', undefined],
    ['usb_slep', 'Did you mean "usb_sleep"?'],
  ]);
});
