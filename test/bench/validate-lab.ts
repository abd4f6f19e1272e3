/**
 * A large lab that is the same each time. Its shape and size are those of LAVA's templates (a rendered configuration
 * has about 320 lines and 9 kB), its text is our own.
 */

const families = ['uboot', 'grub', 'fastboot', 'ipxe', 'barebox', 'depthcharge', 'efi', 'qemu'];
const sites = ['north', 'east', 'south', 'west'];
const workerCount = 40;

/** Name of the template at the root of every device type. */
export const rootTemplate = 'device-types/bench-base.jinja2';
/** The template of one of eight families of device types. */
export const familyTemplate = 'device-types/bench-uboot.jinja2';

/** The path of a dictionary; `index` counts from 0. */
export function dictionaryPath(index: number): string {
  return `device-dictionaries/board-${index}.jinja2`;
}

/** `worker.yaml` of one of forty workers; `index` counts from 0. */
export function workerPath(index: number): string {
  return `workers/rack-${index}/worker.yaml`;
}

/** The lab's files by path. */
export function makeLab(dictionaryCount: number, typeCount: number): Map<string, string> {
  const files = new Map<string, string>();
  files.set('lab-config/lab.yaml', 'kind: Lab\nname: bench\n');
  files.set(
    'lab-config/masters/main.yaml',
    `kind: Master\nurl: https://lava.example.org\nsites: [${sites.join(', ')}]\n`,
  );
  for (const site of sites) {
    files.set(`lab-config/sites/${site}.yaml`, `kind: Site\nowners: ['@org/${site}']\ntimeZone: UTC\n`);
  }
  for (let index = 0; index < workerCount; index++) {
    const directory = `workers/rack-${index}`;
    files.set(workerPath(index), `kind: Worker\nsite: ${sites[index % 4] ?? ''}\njobLimit: 40\n`);
    files.set(`${directory}/env.yaml`, 'purge: false\noverrides:\n  LANG: C.UTF-8\n');
    files.set(`${directory}/certificate.key`, certificate(index));
  }
  files.set(rootTemplate, baseTemplate());
  for (const family of families) files.set(`device-types/bench-${family}.jinja2`, familyText(family));
  for (let index = 0; index < typeCount; index++) {
    files.set(`device-types/type-${index}.jinja2`, typeText(index));
    files.set(`device-types/type-${index}.yaml`, `kind: DeviceType\ndescription: board number ${index}\n`);
  }
  for (let index = 0; index < dictionaryCount; index++) {
    files.set(dictionaryPath(index), dictionaryText(index, index % typeCount));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function certificate(index: number): string {
  return `metadata\ncurve\n    public-key = "${String(index).padStart(40, 'k')}"\n`;
}

function numbered(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

/** LAVA accepts only lower-case letters and hyphens in the names of timeouts: `aa`, `ab`... */
function lettersOf(index: number): string {
  return String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26));
}

function baseTemplate(): string {
  return `{% block header %}# a board of the bench
{% endblock %}
{% set interrupt = interrupt | default('\\n') %}
character_delays:
  boot: {{ boot_character_delay | default(5) }}
  test: {{ test_character_delay | default(0) }}
commands:
  connect: {{ connection_command }}
{% if hard_reset_command is defined %}
  hard_reset: {{ hard_reset_command }}
{% endif %}
{% if power_on_command %}
  power_on: {{ power_on_command }}
{% endif %}
{% if users %}
  users:
{% for user in users %}
    {{ user }}:
      do: {{ "/usr/local/bin/user " ~ user | trim }}
{% endfor %}
{% endif %}
constants:
${families.map(constantsOf).join('\n')}
  default-shell-prompt: '{{ default_shell_prompt | default("bench-test: # ") }}'
  spawn_maxread: '4092'
  failure_retry: {{ failure_retry | default(1) }}
{% block body %}
{% endblock %}
timeouts:
  actions:
${numbered(45, (index) => `    action-${lettersOf(index)}:\n      seconds: {{ action_${index}_seconds | default(${index * 10 + 30}) }}`)}
  connections:
${numbered(12, (index) => `    connection-${lettersOf(index)}:\n      seconds: ${index * 5 + 30}`)}
`;
}

function constantsOf(family: string): string {
  return `  # of ${family}
  ${family}:
    interrupt-prompt: '{{ ${family}_prompt | default('Hit any key to stop ${family}') }}'
    interrupt-character: '{{ interrupt }}'
    interrupt_ctrl_list: {{ ${family}_control | default([]) }}
    final-message: "Starting kernel"
    error-messages:
${numbered(8, (index) => `      - '### ${family}: failure ${index}, (.*) ${'e'.repeat(index)}'`)}`;
}

function familyText(family: string): string {
  return `{% extends 'bench-base.jinja2' %}
{% set arguments = base_kernel_args | default('ip=dhcp') %}
{% macro commands(method, lines) %}
        {{ method }}:
          commands:
{% for line in lines %}
          - "{{ line }}"
{% endfor %}
{% endmacro %}
{% block body %}
parameters:
  {{ kernel_type | default('image') }}:
    kernel: '{{ kernel_addr | default('0x40000000') }}'
    ramdisk: '{{ ramdisk_addr | default('0x48000000') }}'
actions:
  deploy:
    connections: {serial: null, ssh: null}
    methods:
${numbered(6, (index) => `      deploy-${index}:\n        parameters:\n          options: ['-x', '${index}']`)}
  boot:
    connections:
      serial:
    methods:
      ${family}:
        parameters:
          bootloader_prompt: "{{ bootloader_prompt | default('=>') }}"
${numbered(6, (index) => `{{ commands('method-${index}', ['setenv autoload no', "setenv args 'root=/dev/nfs {NFSARGS} " ~ console ~ ' ' ~ arguments ~ "'", 'tftp {KERNEL_ADDR} {KERNEL}', 'tftp {RAMDISK_ADDR} {RAMDISK}', 'tftp {DTB_ADDR} {DTB}', '{BOOTX}']) }}`)}
{% endblock body %}
`;
}

function typeText(index: number): string {
  const family = families[index % families.length] ?? '';
  return `{% extends 'bench-${family}.jinja2' %}
{% set console = 'console=ttyS${index % 4},115200n8' %}
{% set kernel_addr = '0x${(0x40000000 + index * 4096).toString(16)}' %}
{% block header %}
# type ${index}
{{ super() }}
{% endblock %}
`;
}

function dictionaryText(index: number, type: number): string {
  const worker = index % workerCount;
  return `{% extends 'type-${type}.jinja2' %}
{% set connection_command = 'telnet rack-${worker} ${7000 + index}' %}
{% set hard_reset_command = '/usr/bin/pdu --host pdu-${worker} --port ${index % 24} reset' %}
{% set power_on_command = ['/usr/bin/pdu on ${index}', '/bin/sleep 1'] %}
{% set sync_to_lava = {
  "device_type": "type-${type}",
  "worker": "rack-${worker}",
  "tags": ["bench", "port-${index % 24}"],
} %}
`;
}
