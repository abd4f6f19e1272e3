import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { readDeviceTypes } from '../../support/jinja-device-types.js';
import { DEVICE_TYPES } from '../../support/jinja-oracle.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

/** What dictionaries of every type set in the field. */
const usual = {
  connection_list: "['uart0', 'uart1']",
  connection_commands: "{'uart0': 'telnet ser1 7001', 'uart1': 'telnet ser1 7002'}",
  connection_tags: "{'uart0': ['primary', 'telnet']}",
  hard_reset_command: "['/usr/bin/pdu off 1', 'sleep 1', '/usr/bin/pdu on 1']",
  power_on_command: "'/usr/bin/pdu on 1'",
  power_off_command: "'/usr/bin/pdu off 1'",
  soft_reboot_command: "'reboot'",
  pre_power_command: "'/usr/bin/usb off'",
  pre_os_command: "'/usr/bin/usb on'",
  device_info: "[{'board_id': '01234'}]",
  exclusive: "'True'",
  interfaces: "['eth0']",
  mac_addr: "{'eth0': '00:11:22:33:44:55'}",
  sysfs: "{'eth0': '/sys/devices/eth0'}",
  map: "{'eth0': {'switch1': 1}}",
  tags: "{'eth0': ['1G']}",
  user_commands: "{'usb': {'do': 'on', 'undo': 'off'}}",
  boot_character_delay: '20',
};

describe.skipIf(!existsSync(DEVICE_TYPES))("dictionaries over LAVA's own types", () => {
  const types = readDeviceTypes();
  const templates = new Map(
    [...types].map(([name, text]) => [name, { text, file: join(DEVICE_TYPES, name) }]),
  );

  function findingsWith(variables: Readonly<Record<string, string>>) {
    const sets = Object.entries(variables).map(([name, value]) => `{% set ${name} = ${value} %}\n`);
    const dictionaries = [...types.keys()].map((file) => {
      const name = file.replace(/\.jinja2$/, '');
      return [`device-dictionaries/of-${name}.jinja2`, dictionary(name, 'w1') + sets.join('')] as const;
    });
    return loadLab(labOf({ ...smallLab, ...Object.fromEntries(dictionaries) }), { templates }).findings;
  }

  it('give no warning of names for what is usual', () => {
    const found = findingsWith(usual).filter(({ code }) => /unused-variable|undefined-name/.test(code));
    expect(found.filter(({ place }) => !/of-(base|empty)/.test(place.file))).toEqual([]);
  });

  it('give one with the right name for each slip', () => {
    const slips = findingsWith({
      conection_command: "'x'",
      hard_reset_comand: "'x'",
      poweron_command: "'x'",
    });
    const unused = slips.filter(({ code }) => code === 'unused-variable');
    expect(unused.map(({ hint }) => hint)).toEqual([
      'Did you mean "connection_command"?',
      'Did you mean "hard_reset_command"?',
      'Did you mean "power_on_command"?',
    ]);
  });
});
