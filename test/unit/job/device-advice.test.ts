import { describe, expect, it } from 'vitest';

import { DeviceChecker } from '../../../src/job/index.js';

function adviceOn(commands: unknown): string[] {
  const verdict = new DeviceChecker(202301).check(JSON.stringify({ commands }));
  if (verdict.kind !== 'accepted') throw new Error(verdict.kind);
  return (verdict.warnings ?? []).map(({ about, path, message }) => `${about} ${path}: ${message}`);
}

function operatorIn(command: string): string | undefined {
  const [advice] = adviceOn({ power_on: command });
  return /so "(.*)" is an argument/.exec(advice ?? '')?.[1];
}

describe('advice on commands, which LAVA runs without a shell', () => {
  it.each([
    ['relay off 4 ; sleep 3 ; relay on 4', ';'],
    ['relay off 4; relay on 4', '4;'],
    ['relay off && relay on', '&&'],
    ['relay off || true', '||'],
    ['relay status | grep on', '|'],
    ['relay on &', '&'],
    ['echo 1 > /dev/relay', '>'],
    ['relay on >/dev/null', '>/dev/null'],
    ['relay on 2>&1', '2>&1'],
    ['nc relay 23 < on.txt', '<'],
  ])('reports %s', (command, operator) => {
    expect(operatorIn(command)).toBe(operator);
  });

  it.each([
    'relay on 4',
    `sh -c 'relay off; sleep 3; relay on'`,
    `bash -c "echo 1 > /dev/relay"`,
    `sh -c "echo \\"a\\"; b"`,
    `relay ';' ">" \\&`,
    'curl http://relay/?port=4&state=on',
    'telnet <console-server> 7001',
    'ssh relay.example off 4 ; sleep 3',
    '/usr/bin/ssh relay.example off 4 && true',
    'adb -s 1234 shell stop ; start',
  ])('accepts %s', (command) => {
    expect(adviceOn({ power_on: command })).toEqual([]);
  });

  it.each(["relay 'on", 'relay "on', 'relay on\\'])('reports the open quote of %s', (command) => {
    expect(adviceOn({ power_on: command })).toEqual([
      expect.stringMatching(/^shell commands\.power_on: LAVA cannot split the command into words/),
    ]);
  });

  it('finds commands in lists, connections and user commands', () => {
    const bad = 'a ; b';
    const commands = {
      hard_reset: ['a', bad],
      connections: { uart0: { connect: bad, tags: ['primary'] } },
      users: { usb: { do: bad, undo: 'b' } },
    };
    expect(adviceOn(commands).map((line) => line.slice(0, line.indexOf(': ')))).toEqual([
      'shell commands.hard_reset[1]',
      'shell commands.connections.uart0.connect',
      'shell commands.users.usb.do',
    ]);
  });

  it('ignores what LAVA types on the console of the device', () => {
    expect(adviceOn({ soft_reboot: ['sync; reboot'] })).toEqual([]);
  });

  it('still reports commands that are the word None', () => {
    expect(adviceOn({ connect: 'None' })).toEqual([
      'console commands.connect: the command is the word "None": the template found no value',
    ]);
  });
});
