import { mutate } from './mutate.js';
import type { Random } from './random.js';
import { Raw, yamlText } from './yaml-text.js';

const url = { url: 'http://images.example/a' };
const overlay = { ...url, format: 'tar', path: '/' };
const login = { login_prompt: 'login:', username: 'root' };
const password = { ...login, password_prompt: 'Password:', password: 'root', login_commands: ['su'] };
const docker = { image: 'debian:12' };
const inline = {
  metadata: { format: 'Lava-Test Test Definition 1.0', name: 'a', os: ['debian'] },
  install: { deps: ['a'], 'deps-arm': ['b'], 'git-repos': ['x'] },
  run: { steps: ['true'] },
};

/** Values for the keys of all actions. */
const keyValues: Readonly<Record<string, readonly unknown[]>> = {
  namespace: ['a', 'common', 'docker-test-shell', ''],
  'connection-namespace': ['a'],
  protocols: [{}, null],
  role: [['one'], 'one', []],
  timeout: [{ minutes: 3 }, { minutes: 3, skip: true }, { days: 90 }, {}, { minutes: 0 }, { minutes: 1, seconds: 3 }],
  timeouts: [{ 'a-b': { seconds: 3 } }, { a: { weeks: 3 } }],
  repeat: [2, 0, new Raw('1.5')],
  failure_retry: [2, '2'],
  failure_retry_interval: [2, -1],
  prompts: ['#', ['#', '$'], [''], '', []],
  auto_login: [login, password, { username: 'x' }, { ...login, ignore_kernel_messages: true }, { ...password, x: 1 }],
  parameters: [{ 'kernel-start-message': 'x' }, { 'bootloader-final-message': 'x' }, { a: 1 }, { hostID: 'x' }, {}],
  soft_reboot: ['reboot', ['a', 'b'], [1]],
  transfer_overlay: [
    { download_command: 'x', unpack_command: 'y' },
    { transfer_method: 'zmodem', unpack_command: 'y' },
    { transfer_method: 'nfs', unpack_command: 'y' },
    { download_command: 'x' },
  ],
  ignore_kernel_messages: [true],
  commands: ['ramdisk', ['a', 'b'], [{ a: 'b' }], 'recovery', [], [1], {}],
  command: ['x', 5],
  use_bootscript: [true, 'yes'],
  docker: [docker, { image: 'A!' }, { name: 'a' }, { ...docker, local: true, binary: 'x', steps: ['x'] }, { login: {} }],
  connection: ['serial', 'ssh', 'lxc', 'x'],
  media: ['tmpfs', 'img'],
  bootloader: ['u-boot'],
  console_string: ['x'],
  image: ['debian', url, docker, { name: 'a' }, 'a b', 'x:y', { ...url, root_partition: 1 }],
  arguments: [['x']],
  boot_message: ['x'],
  schroot: ['x'],
  reset: [true],
  deploy: [true],
  on_panic: [false],
  options: [['x'], { model: 'x' }],
  kernel: [url, 'vmlinuz', { ...url, type: 'image' }, { ...url, type: 'x' }],
  dtb: [url, 'x'],
  initrd: [url],
  nbdroot: [url],
  ramdisk: [url, { ...url, install_modules: true, header: 'u-boot' }, { compression: 'gz' }],
  nfsrootfs: [url, { ...url, prefix: 'x' }],
  persistent_nfs: [{ address: 'x' }, {}],
  modules: [url],
  images: [
    { rootfs: url },
    { image: url },
    { boot: url, other: { ...url, 'apply-overlay': true } },
    { test_binary: url },
    { test_binary_1: { ...url, rename: 'x' }, recovery_image: url },
    { iso: { ...url, image_arg: 'x' }, preseed: url },
    { a: { ...url, compression: null, format: 'ext4', overlays: { lava: true, b: overlay } } },
    { a: { ...url, image_arg: 'x', format: 'qcow2', sparse: true, reboot: 'hard-reset' } },
    { a: { ...url, compression: 'rar' } },
    {},
    { a: {} },
  ],
  device: ['sda'],
  writer: [{ tool: 'a', options: 'b', prompt: 'c' }],
  tool: [{ prompts: ['x'] }],
  uniquify: [true, 'x'],
  os: ['debian'],
  authorize: ['ssh', 'x'],
  recovery_image: [url],
  iso: [{ installation_size: '8G' }],
  qcomflash: [{ a: url, 'apply-overlay': true }, 'x', '', {}, []],
  firehose_program: ['x'],
  rawprogram: ['x'],
  fw_package: [url],
  packages: [['x']],
  postprocess: [{ docker: { ...docker, steps: ['x'] } }],
  type: ['monitor'],
  extra_files: [{ a: url }, new Raw(`{1: {url: x}}`)],
  dtbo: [[url], url],
  name: ['relay', 5],
  definitions: [
    [{ from: 'git', repository: 'x', path: 'y', name: 'a.b' }],
    [{ from: 'git', repository: 'x', path: 'y', name: 'a', revision: 'z', shallow: true }],
    [{ from: 'git', repository: 'x', path: 'y', name: 'a', parameters: { A: 1 }, recursive: true }],
    [{ from: 'url', repository: 'x', path: 'y', name: 'a', compression: 'gz', 'strip-components': 1 }],
    [{ from: 'url', repository: 'x', path: 'y', name: 'a' }],
    [{ from: 'inline', repository: inline, path: 'y', name: 'a', 'lava-signal': 'kmsg' }],
    [{ from: 'inline', repository: { ...inline, parameters: { A: 'b' } }, path: 'y', name: 'a', skip_install: ['all'] }],
    [{ from: 'bzr', repository: 'x', path: 'y', name: 'a' }],
    [],
    {},
  ],
  interactive: [
    [{ name: 'a', prompts: ['=>'], script: [{ command: 'x', name: 'b', successes: [{ message: 'y' }] }] }],
    [{ name: 'a', prompts: [''], script: [{ command: null, delay: 5, wait_for_prompt: false }] }],
    [{ name: 'a', prompts: [], echo: 'discard', expected: ['x'], script: [] }],
    [{ name: 'a', prompts: ['x'], script: [{ failures: [{ message: 'y', exception: 'JobError', error: '' }] }] }],
    [{ name: 'a.b', prompts: ['x'], script: [] }],
  ],
  monitors: [
    [{ name: 'a', start: 'b', end: 'c', pattern: 'd', fixupdict: { PASS: 'pass' } }],
    [{ name: 'a', start: 'b', end: 'c', pattern: 'd', fixupdict: { PASS: 'good' }, expected: ['x'] }],
    [],
  ],
  services: [[{ name: 'a', from: 'git', repository: 'x', path: 'y' }], [{ name: 'a', from: 'url', repository: 'x', path: 'y' }]],
  'downloads-namespace': ['a'],
  'boot_part': [1, 'x', []],
  'kernel_type': ['image', 'x'],
  'extra_kernel_args': ['x'],
  'x-unknown': [1],
};

const bootMethods =
  `avh barebox bootloader cmsis-dap depthcharge dfu docker fastboot fvp gdb grub grub-efi ipxe jlink kexec lxc minimal
  monitor musca new_connection nodebooter openocd pyocd qdl qemu qemu-iso qemu-nfs recovery schroot ssh u-boot uefi uefi-menu
  uuu u_boot none `.split(/\s+/);
const destinations =
  `avh docker download downloads fastboot flasher fvp iso-installer lxc mps musca nbd nfs overlay qdl recovery sata sd ssh
  tftp tmpfs u-boot-ums usb usbg-ms uuu vemsd u_boot_ums none`.split(/\s+/);

/** What a method, a destination or a kind of test requires, and what it allows. */
const neededKeys: Readonly<Record<string, string>> = {
  avh: 'prompts images',
  barebox: 'commands',
  bootloader: 'bootloader commands',
  depthcharge: 'commands',
  docker: 'command image',
  download: 'images',
  downloads: 'images',
  fastboot: 'images',
  flasher: 'images',
  fvp: 'console_string image arguments prompts docker images',
  gdb: 'commands',
  grub: 'commands',
  'grub-efi': 'commands',
  ipxe: 'commands',
  'iso-installer': 'images iso',
  kexec: 'boot_message',
  lxc: 'prompts packages',
  mps: 'images',
  musca: 'images',
  nbd: 'kernel nbdroot initrd',
  new_connection: 'connection',
  nodebooter: 'command',
  qdl: 'firehose_program rawprogram qcomflash',
  'qemu-iso': 'media',
  recovery: 'commands images',
  schroot: 'connection schroot',
  ssh: 'connection',
  sata: 'image device',
  sd: 'image device',
  usb: 'images device',
  tftp: 'kernel',
  tmpfs: 'images',
  'u-boot': 'commands',
  'u-boot-ums': 'image',
  'usbg-ms': 'image',
  uefi: 'commands',
  uuu: 'commands images',
  vemsd: 'recovery_image',
};
/** Values that differ from the usual ones. */
const neededValues: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  fvp: { docker: { name: 'a' } },
  bootloader: { commands: ['a'] },
  'iso-installer': { images: { iso: url, preseed: url } },
  musca: { images: { test_binary: url } },
  mps: { images: { test_binary_1: url } },
  nfs: { nfsrootfs: url },
  recovery: { commands: 'recovery' },
  schroot: { connection: 'ssh' },
  ssh: { connection: 'ssh' },
  'qemu-iso': { media: 'img' },
  sata: { image: url },
  'u-boot-ums': { image: url },
  'usbg-ms': { image: url },
  usb: { images: { image: url } },
  uuu: { images: { boot: url, other: url } },
};

const optionalKeys: Readonly<Record<string, readonly string[]>> = {
  boot: ['prompts', 'auto_login', 'transfer_overlay', 'parameters', 'soft_reboot', 'docker', 'reset', 'commands', 'image'],
  deploy: ['images', 'kernel', 'image', 'os', 'authorize', 'uniquify', 'ramdisk', 'dtb', 'modules', 'docker', 'options'],
  test: ['docker', 'downloads-namespace', 'interactive', 'monitors'],
  command: ['role'],
};
const commonKeys = ['timeout', 'timeouts', 'repeat', 'failure_retry', 'failure_retry_interval', 'connection-namespace'];

/** Usually the first value, which most actions accept. */
function valueOf(key: string, random: Random): unknown {
  const values = keyValues[key] ?? [null];
  return random.isOneIn(8) ? random.pick(values) : values[0];
}

function fields(random: Random, names: readonly string[], most: number): Record<string, unknown> {
  const chosen = Array.from({ length: random.below(most + 1) }, () => random.pick(names));
  return Object.fromEntries(chosen.map((key) => [key, valueOf(key, random)]));
}

function action(random: Random, common: Record<string, unknown>): unknown {
  const kind = random.pick(['boot', 'deploy', 'test', 'command', 'boot', 'deploy', 'test']);
  const method = kind === 'boot' ? random.pick(bootMethods) : kind === 'deploy' ? random.pick(destinations) : '';
  const decisive = kind === 'boot' ? { method } : kind === 'deploy' ? { to: method } : {};
  const test = random.pick(['definitions', 'interactive', 'monitors', 'definitions', 'services']);
  const needed = kind === 'test' ? test : kind === 'command' ? 'name' : (neededKeys[method] ?? '');
  const required = needed.split(' ').filter((key) => key !== '' && !random.isOneIn(40));
  const values = random.isOneIn(20) ? {} : (neededValues[method] ?? {});
  return {
    [kind]: {
      ...decisive,
      ...common,
      ...(random.isOneIn(3) ? fields(random, optionalKeys[kind] ?? ['name'], 2) : {}),
      ...(random.isOneIn(2) ? fields(random, commonKeys, 1) : {}),
      ...(random.isOneIn(6) ? fields(random, Object.keys(keyValues), 1) : {}),
      ...Object.fromEntries(required.map((key) => [key, valueOf(key, random)])),
      ...values,
    },
  };
}

const topValues: Readonly<Record<string, readonly unknown[]>> = {
  visibility: ['public', 'personal', { group: ['a'] }, {}, 'secret', { group: 'a' }],
  priority: ['high', 'low', 0, 100, 101, -1, 'urgent', new Raw('1.0'), true],
  context: [{ arch: 'arm64' }, { extra_variable: 1 }, { archh: 'x' }, { no_network: true }, { extra_options: ['a', 1] }, {}],
  metadata: [{ a: 'b' }, { a: 1 }, { a: ['x'] }, new Raw('{1: a}'), {}],
  tags: [['usb'], [], 'usb'],
  secrets: [{ a: 'b' }, { a: 1 }],
  environment: [{ A: 'b' }, {}],
  reboot_to_fastboot: [false, 'x'],
  device: ['board-1'],
  worker: ['rack-1'],
  notify: [
    { criteria: { status: 'finished' } },
    { criteria: { status: 'all' }, recipients: [{ to: { method: 'email', email: 'a@example.com' } }] },
    { criteria: { status: 'complete', type: 'regression' }, recipients: [{ to: { method: 'irc', handle: 'a' } }] },
    { criteria: { status: 'complete', dependency_query: 'x' }, verbosity: 'quiet' },
    { criteria: { status: 'complete' }, recipients: [{ to: { method: 'email', email: 'nobody' } }] },
    { criteria: { status: 'complete' }, recipients: [{ to: { method: 'email', user: 'a', email: 'nobody' } }] },
    { criteria: { status: 'complete' }, recipients: [{ to: { method: 'email', user: '{LAVA_DEVICE_OWNER}', email: '@' } }] },
    { criteria: { status: 'complete' }, recipients: [{ to: { method: 'irc', email: 'a@b' } }] },
    { criteria: { status: 'incomplete' }, callback: { url: 'x', method: 'POST', header: 'A' } },
    { criteria: { status: 'incomplete' }, callbacks: [{ url: 'x' }], callback: { url: 'x' } },
    { criteria: { status: 'running' }, compare: { query: { entity: 'testjob', conditions: { a: 'b' } } } },
    { criteria: { status: 'running' }, compare: { query: { entity: 'testcase' } } },
    { criteria: { status: 'running' }, compare: { query: { username: 'a', name: 'b' }, blacklist: ['x'] } },
    { criteria: { status: 'never' } },
  ],
  protocols: [
    { 'lava-lxc': { name: 'a', distribution: 'b', release: 'c' } },
    { 'lava-lxc': { x: { name: 'a', distribution: 'b', release: 'c', timeout: { minutes: 3 } } } },
    { 'lava-vland': { a: { vlan_1: { tags: ['x'] } } } },
    { 'lava-vland': { a: { 'vlan-1': { tags: ['x'] } } } },
    { 'lava-xnbd': { port: 'auto' } },
    { 'lava-xnbd': { port: 5 } },
    {},
  ],
};

const roles: readonly unknown[] = [
  { device_type: 'board', count: 1 },
  { device_type: 'board', count: 2, context: { arch: 'x' }, tags: ['a'], essential: true },
  { device_type: 'board', count: 1, device: 'board-1' },
  { device_type: 'board', count: 2, worker: 'rack-1' },
  { device_type: 'board', count: 1, context: { archh: 'x' } },
  { connection: 'ssh', count: 1, host_role: 'one', expect_role: 'one', request: 'x' },
  { connection: 'ssh', count: 1, host_role: 'three', expect_role: 'one' },
  { device_type: 'board', count: 1, host_role: 'one', expect_role: 'two' },
  { device_type: 'board', count: 1, expect_role: 'two' },
  { device_type: 'board' },
  { count: -1, device_type: 'board' },
];

const timeoutValues = [{ minutes: 3 }, { hours: 1 }, { seconds: 30, skip: true }, { days: 91 }, { minutes: 1, seconds: 1 }, {}];

function timeouts(random: Random): Record<string, unknown> {
  const some: Record<string, unknown> = { job: random.isOneIn(10) ? random.pick(timeoutValues) : { days: 90 } };
  for (const key of ['action', 'connection', 'queue']) {
    if (random.isOneIn(4)) some[key] = random.pick(timeoutValues.slice(0, random.isOneIn(8) ? 6 : 3));
  }
  for (const key of ['actions', 'connections']) {
    if (random.isOneIn(4)) some[key] = { [random.pick(['a-b', 'login-action', 'power_off'])]: { minutes: 3 } };
  }
  return some;
}

function job(random: Random): Record<string, unknown> {
  const isMultinode = random.isOneIn(5);
  const common: Record<string, unknown> = isMultinode ? { role: ['one'] } : {};
  if (random.isOneIn(5)) common['namespace'] = 'a';
  const some: Record<string, unknown> = {};
  for (const [key, values] of Object.entries(topValues)) {
    if (key === 'visibility' || !random.isOneIn(6)) continue;
    some[key] = random.isOneIn(3) ? random.pick(values) : values[0];
  }
  if (isMultinode) {
    some['protocols'] = {
      'lava-multinode': { roles: { one: roles[0], two: random.isOneIn(2) ? random.pick(roles) : roles[0] }, ...(random.isOneIn(3) ? { timeout: { minutes: 1 } } : {}) },
    };
  }
  return {
    job_name: random.pick(['j', 'j', 'x'.repeat(200)]),
    ...(isMultinode && !random.isOneIn(10) ? {} : { device_type: 'board' }),
    visibility: random.pick((topValues['visibility'] ?? []).slice(0, random.isOneIn(10) ? 6 : 3)),
    timeouts: timeouts(random),
    ...some,
    actions: Array.from({ length: 1 + random.below(3) }, () => action(random, common)),
  };
}

const vocabulary = {
  keys: [...Object.keys(keyValues), ...Object.keys(topValues), 'method', 'to', 'boot', 'deploy', 'test', 'url', 'days', 'skip'],
  values: [...Object.values(keyValues).flat(), ...timeoutValues, ...roles],
};

/** A job in YAML. Half of the jobs contain changes that are usually mistakes. */
export function anyJob(random: Random): string {
  const made = job(random);
  return yamlText(random.isOneIn(2) ? made : mutate(made, random, vocabulary));
}
