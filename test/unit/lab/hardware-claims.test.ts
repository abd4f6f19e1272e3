/** Which hardware a device claims: commands as labs write them, and what devices share without harm. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimantsIn, loadLab, type LabHardware } from '../../../src/lab/index.js';
import { claimsInSection } from '../../../src/lab/hardware/section-claims.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

type Commands = Readonly<Record<string, unknown>>;

const idsIn = (key: string, value: unknown, text = '') =>
  claimsInSection(key, value, text).map(({ id }) => id);
const outlets = (commands: Commands) =>
  claimsInSection('commands', commands, '').filter(({ kind }) => kind === 'power outlet');
const power = (on: unknown, off?: unknown, reset?: unknown): Commands => ({
  power_on: on,
  power_off: off,
  hard_reset: reset,
});

describe('an outlet', () => {
  const pdu = '/usr/bin/pduclient --daemon services --hostname pdu09';
  it.each<[string, Commands, Commands]>([
    [
      'options in another order, a leading zero, another directory, a delay',
      power(`${pdu} --command on --port 04`, `${pdu} --command off --port 04`),
      power('pduclient --hostname=pdu09 --port 4 --daemon services --command off --delay 20'),
    ],
    [
      'only a reset',
      power(`${pdu} --command on --port 5`),
      power(undefined, undefined, `${pdu} --command reboot --port 5`),
    ],
    [
      'SNMP',
      power('snmpset -v1 -c x pdu 1.3.6.1.4.1.318.3 i 1', 'snmpset -v1 -c x pdu 1.3.6.1.4.1.318.3 i 2'),
      power('snmpset -v1 -c x pdu 1.3.6.1.4.1.318.3 i 1', 'snmpset -v1 -c x pdu 1.3.6.1.4.1.318.3 i 2'),
    ],
    [
      'usbrelay',
      power('usbrelay 1_2=1', 'usbrelay 1_2=0'),
      power(['usbrelay 1_2=0', 'sleep 1', 'usbrelay 1_2=1'], 'usbrelay 1_2=0'),
    ],
    [
      'ykushcmd',
      power('ykushcmd -s YK1 -u 2', 'ykushcmd -s YK1 -d 2'),
      power('sudo ykushcmd -s YK1 -u 2', 'sudo ykushcmd -s YK1 -d 2'),
    ],
    [
      'uhubctl',
      power('uhubctl -l 1-1 -p 2 -a 1', 'uhubctl -l 1-1 -p 2 -a 0'),
      power(undefined, undefined, 'uhubctl -p 2 -a cycle -l 1-1'),
    ],
    [
      'a URL with credentials',
      power('curl http://me:x@relay/3/on', 'curl http://me:x@relay/3/off'),
      power('flock /run/relay.lock curl http://relay/3/reset'),
    ],
    [
      'a shell',
      power(`sh -c '${pdu} --command off --port 1; sleep 5; ${pdu} --command on --port 1'`),
      power(`${pdu} --command on --port 1`),
    ],
    ['a script per board', power('/home/u/lpi4a-01/power_on'), power('/home/u/lpi4a-01/power_off')],
    [
      'a script that does everything',
      power('/opt/rpi/reset-it', '/opt/rpi/reset-it'),
      power('/opt/rpi/reset-it'),
    ],
    [
      'a switch by its name',
      power('/usr/local/bin/acme-cli -s 192.168.66.2 switch_on 3'),
      power('acme-cli -s 192.168.66.2 reset 3'),
    ],
  ])('is the same with %s', (_, one, other) => {
    expect(outlets(one)).toHaveLength(1);
    expect(outlets(other)).toEqual(outlets(one));
  });

  it.each<[string, Commands, Commands]>([
    ['another port', power(`${pdu} --command on --port 4`), power(`${pdu} --command on --port 14`)],
    [
      'another OID',
      power('snmpset pdu 1.3.1 i 1', 'snmpset pdu 1.3.1 i 2'),
      power('snmpset pdu 1.3.2 i 1', 'snmpset pdu 1.3.2 i 2'),
    ],
    ['another relay', power('usbrelay 1_2=1', 'usbrelay 1_2=0'), power('usbrelay 1_1=1', 'usbrelay 1_1=0')],
    [
      'two relays each',
      power(['r 1 on', 'r 2 on'], ['r 1 off', 'r 2 off']),
      power(['r 3 on', 'r 4 on'], ['r 3 off', 'r 4 off']),
    ],
    ['numbers for on and off', power('tool 1', 'tool 2'), power('tool 3', 'tool 4')],
    [
      'a relay that a pipe selects',
      power("sh -c 'echo 11 | nc relay 80'"),
      power("sh -c 'echo 21 | nc relay 80'"),
    ],
    [
      'a mistake in one command',
      power(`${pdu} --command on --port 1`, `${pdu} --command off --port 2`),
      power(`${pdu} --command on --port 3`, `${pdu} --command off --port 3`),
    ],
  ])('is another one with %s', (_, one, other) => {
    const ids = new Set(outlets(one).map(({ id }) => id));
    expect(ids.size).toBeGreaterThan(0);
    expect(outlets(other).filter(({ id }) => ids.has(id))).toEqual([]);
  });

  it.each([
    '/bin/true',
    'echo none',
    ['sleep 1'],
    'adb reboot',
    'docker restart x',
    "broken 'quote",
    7,
    null,
  ])('is not claimed by %j', (command) => {
    expect(outlets(power(command))).toEqual([]);
  });

  it.each([
    ['pduclient --daemon localhost --hostname pdu01 --command on --port 1', 'worker'],
    ['usbrelay 1_2=1', 'worker'],
    ['snmpset 192.168.1.9 1.3 i 1', 'site'],
    ['pduclient --hostname pdu01 --command on --port 1', 'site'],
    ['curl http://pdu.example.org/1/on', 'lab'],
    ['/opt/on.sh 3', 'worker'],
    ['ssh root@198.51.100.7 poweroff', 'lab'],
  ])('of %j is compared within one %s', (command, area) => {
    expect(outlets(power(command))).toMatchObject([{ area }]);
  });
});

describe('a serial port', () => {
  it.each([
    ['telnet serial4 7012', 'serial4:7012', 'site'],
    ['telnet -l me SERIAL4.example.org 7012', 'serial4.example.org:7012', 'lab'],
    ['telnet localhost 5000', 'localhost:5000', 'worker'],
    ['telnet ser2net 5000', 'ser2net:5000', 'worker'],
    ['nc 10.0.0.1 99', '10.0.0.1:99', 'site'],
    ['socat - TCP:board.example.org:7,crlf', 'board.example.org:7', 'lab'],
    ['microcom -s 115200 -p /dev/ttyUSB0', '/dev/ttyUSB0', 'worker'],
    ['socat - /dev/serial/by-id/usb-A,raw', '/dev/serial/by-id/usb-A', 'worker'],
    ['conmux-console rpi-1', 'conmux-console rpi-1', 'worker'],
    ['ssh -t me@host.example.org cu -l /dev/ttyS0', 'ssh -l /dev/ttyS0 -t me@host.example.org cu', 'lab'],
  ])('%j', (connect, id, area) => {
    const connections = { uart0: { connect, tags: ['primary'] } };
    expect(claimsInSection('commands', { connect }, '')).toEqual([{ kind: 'serial port', id, area }]);
    expect(claimsInSection('commands', { connections }, '')).toEqual([{ kind: 'serial port', id, area }]);
  });

  it.each(['docker exec -it x sh', 'adb shell', 'console', 'cat /dev/null'])('is none: %j', (connect) => {
    expect(idsIn('commands', { connect }).filter((id) => id !== 'cat /dev/null')).toEqual([]);
  });
});

describe('other hardware', () => {
  it('is found where LAVA names it', () => {
    expect(idsIn('adb_serial_number', 'AB')).toEqual(['AB']);
    expect(idsIn('board_id', '0000000000')).toEqual([]);
    expect(idsIn('device_info', [{ board_id: 'AB' }, { fastboot_serial_number: 'CD' }])).toEqual([
      'AB',
      'CD',
    ]);
    const target = { ip: '10.1.2.3', mac: 'AA:BB:CC:00:11:22' };
    expect(idsIn('parameters', { interfaces: { target } })).toEqual(['10.1.2.3', 'aa:bb:cc:00:11:22']);
    expect(
      idsIn('static_info', [{ board_ip: '10.1.2.3', server_ip: '10.0.0.1', host_mac: 'aa:bb:cc:00:11:23' }]),
    ).toEqual(['10.1.2.3']);
    expect(idsIn('actions', {}, '- setenv ethaddr aa:bb:cc:00:11:22\n- ip=10.9.8.7::10.0.0.1\n')).toEqual([
      'aa:bb:cc:00:11:22',
      '10.9.8.7',
    ]);
    const ssh = (host: string, port?: number) => ({ deploy: { methods: { ssh: { host, port } } } });
    expect(idsIn('actions', ssh('board.example.org', 22))).toEqual(['board.example.org']);
    expect(idsIn('actions', ssh('board.example.org', 2201))).toEqual(['board.example.org:2201']);
    expect(idsIn('actions', ssh('localhost'))).toEqual([]);
    expect(idsIn('commands', {}, 'pre_os_command: cp x /srv/tftp/rpi-1/kernel')).toEqual(['rpi-1']);
  });

  it('is not the address of a virtual machine whose network is its own', () => {
    const user = '-net nic,macaddr=52:54:00:12:34:58 -net user';
    expect(idsIn('actions', {}, user)).toEqual([]);
    expect(idsIn('actions', {}, user.replace('user', 'tap'))).toEqual(['52:54:00:12:34:58']);
  });
});

const base = `commands:
  connect: '{{ connection_command }}'
  power_on: '{{ tool | default("pdu") }} on {{ outlet }}'
board_id: '{{ board_id | default("AB12") }}'
`;
const board = (worker: string, ...sets: readonly string[]) =>
  `${dictionary('board', worker)}${sets.map((set) => `{% set ${set} %}\n`).join('')}`;

function loaded(dictionaries: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) {
  const texts: Record<string, string> = { ...smallLab, 'device-types/our-base.jinja2': base, ...more };
  for (const [name, text] of Object.entries(dictionaries)) texts[`device-dictionaries/${name}.jinja2`] = text;
  return loadLab(labOf(texts));
}
const sharedIn = (...args: Parameters<typeof loaded>) =>
  loaded(...args)
    .findings.filter(({ code }) => code === 'hardware-shared')
    .map(({ place: { file, line }, message }) => `${file.slice(20, -7)}:${line} ${message}`);

describe('validate', () => {
  it('sees what a template computes, and names both devices', () => {
    expect(sharedIn({ 'b-1': board('w1', 'outlet = 3'), 'b-2': board('w1', 'outlet = 3') })).toEqual([
      'b-2:1 "b-1" on the same worker has the same power outlet pdu * 3',
    ]);
  });

  it('compares consoles in the network across the lab, and local ones on one worker', () => {
    const console = (host: string) => `connection_command = 'telnet ${host} 7001'`;
    const on = (host: string) => ({
      'b-1': board('w1', console(host), 'outlet = 1'),
      'b-2': board('w2', console(host), 'outlet = 2'),
    });
    expect(sharedIn(on('serial.example.org'))).toEqual([
      'b-2:3 "b-1" on the worker w1 has the same serial port serial.example.org:7001',
    ]);
    expect(sharedIn(on('localhost'))).toEqual([]);
    expect(sharedIn(on('10.0.0.1'))).toEqual([]);
    expect(sharedIn(on('10.0.0.1'), { 'workers/w2/worker.yaml': 'kind: Worker\nsite: here\n' })).toHaveLength(
      1,
    );
  });

  it('does not count a default of a template', () => {
    expect(sharedIn({ 'b-1': board('w1', 'outlet = 1'), 'b-2': board('w1', 'outlet = 2') })).toEqual([]);
    const own = "board_id = 'CD34'";
    expect(
      sharedIn({ 'b-1': board('w1', 'outlet = 1', own), 'b-2': board('w1', 'outlet = 2', own) }),
    ).toEqual(['b-2:4 "b-1" on the same worker has the same USB serial number CD34']);
  });

  it('reads the dictionary if it cannot be rendered', () => {
    const lost = (serial: string) =>
      `{% extends 'nowhere.jinja2' %}\n{% set sync_to_lava = {"device_type": "board", "worker": "w1"} %}\n{% set adb_serial_number = '${serial}' %}\n`;
    expect(sharedIn({ 'b-1': lost('AB'), 'b-2': lost('AB'), 'b-3': lost('CD') })).toEqual([
      'b-2:3 "b-1" on the same worker has the same USB serial number AB',
    ]);
  });
});

describe('conflicts', () => {
  const hardware = fc
    .array(
      fc.record({
        worker: fc.constantFrom('w1', 'w2', null),
        site: fc.constantFrom('here', 'there', null),
        claims: fc.array(
          fc.record({
            kind: fc.constantFrom('power outlet' as const, 'serial port' as const),
            id: fc.constantFrom('a', 'b'),
            area: fc.constantFrom('worker' as const, 'site' as const, 'lab' as const),
          }),
          { maxLength: 3 },
        ),
        isRendered: fc.constant(true),
      }),
      { maxLength: 6 },
    )
    .map((devices) => devices.map((device, index) => [`d-${index}`, device] as const));

  it('do not depend on the order of devices', () => {
    fc.assert(
      fc.property(hardware, (devices) => {
        const one: LabHardware = new Map(devices);
        const other: LabHardware = new Map([...devices].reverse());
        expect(new Map(claimantsIn(other))).toEqual(new Map(claimantsIn(one)));
      }),
    );
  });

  it('do not depend on the names of workers', () => {
    const sets = (devices: LabHardware) =>
      [...claimantsIn(devices).values()].map((one) => [one.kind, one.id, one.area, one.devices]);
    fc.assert(
      fc.property(hardware, (devices) => {
        const renamed = devices.map(
          ([name, one]) =>
            [name, { ...one, worker: one.worker === null ? null : `x-${one.worker}` }] as const,
        );
        expect(sets(new Map(renamed))).toEqual(sets(new Map(devices)));
      }),
    );
  });
});
