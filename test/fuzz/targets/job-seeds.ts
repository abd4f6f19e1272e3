/** Jobs and device configurations of every kind that the readers distinguish. */
export const jobSeeds: readonly string[] = [
  `job_name: qemu
device_type: qemu
visibility: public
priority: medium
tags: [usb]
context: {arch: amd64, memory: 512M}
timeouts:
  job: {minutes: 15}
  action: {minutes: 5}
  connection: {seconds: 30}
  queue: {hours: 1}
  actions: {login-action: {minutes: 2}}
metadata: {a: b}
actions:
- deploy:
    timeout: {minutes: 5}
    to: tmpfs
    images:
      rootfs:
        image_arg: -drive format=raw,file={rootfs}
        url: file:///srv/images/rootfs.qcow2.xz
        compression: xz
        sha256sum: ${'0a'.repeat(32)}
- boot:
    method: qemu
    media: tmpfs
    prompts: ['root@debian:', '# $']
    auto_login:
      login_prompt: 'login:'
      username: root
      password_prompt: 'Password:'
      password: secret
      login_commands: [id]
- test:
    definitions:
    - from: inline
      name: smoke
      path: inline/smoke.yaml
      repository:
        metadata: {name: smoke, format: Lava-Test Test Definition 1.0}
        parse:
          pattern: '^(?P<test_case_id>\\w+): (?P<result>\\w+)$'
          fixupdict: {PASS: pass}
        run:
          steps: [lava-test-case ok --shell true]
`,
  `job_name: monitors
device_type: board
visibility: {group: [a]}
timeouts: {job: {minutes: 5}, action: {minutes: 1}}
environment: {A: b}
actions:
- boot: {method: u-boot, commands: [setenv a b, boot], prompts: ['=> ']}
- test:
    monitors:
    - {name: tests, start: BEGIN, end: END, pattern: '(?P<test_case_id>[^ ]+) (?P<result>pass|fail)', fixupdict: {pass: pass}}
- test:
    interactive:
    - name: dialog
      prompts: ['=> ', '/ # ']
      script:
      - {name: ok, command: help, successes: [{message: boot}], failures: [{message: error, exception: InfrastructureError, error: it failed}]}
      - {command: }
- command: {name: power}
`,
  `job_name: multi
timeouts: {job: {minutes: 5}}
visibility: personal
protocols:
  lava-multinode:
    roles:
      client: {count: 1, device_type: qemu}
      server: {count: 1, device_type: qemu, tags: [a], context: {arch: arm64}}
    timeout: {seconds: 60}
actions:
- deploy: {role: [client], to: tftp, os: debian, kernel: {url: 'http://a/k', type: zimage}, dtb: {url: 'http://a/d'}, ramdisk: {url: 'http://a/r', compression: gz, header: u-boot}, nfsrootfs: {url: 'http://a/n'}}
- boot: {role: [server], method: fastboot, prompts: [a]}
- test: {role: [client], definitions: [{from: git, name: a, path: b, repository: 'https://a'}]}
`,
  'job_name: small\ndevice_type: a\nvisibility: public\ntimeouts: {job: {minutes: 1}}\nnotify: {criteria: {status: incomplete}, recipients: [{to: {method: email, email: a@example.org}}], callback: {url: "http://a", method: POST}}\nactions: []\n',
];

export const deviceSeeds: readonly string[] = [
  `character_delays: {boot: 5}
available_architectures: [arm64]
commands:
  connect: telnet localhost 7000
  connections: {uart0: {connect: telnet a 1, tags: [primary, telnet]}}
  hard_reset: /usr/bin/pdu --port 1
  power_on: [one, two]
  power_off: ['x "a b"', 'y']
  users: {do_it: {do: a, undo: b}}
constants:
  default-shell-prompt: 'lava-test: # '
  spawn_maxread: 4092
  posix: {lava_test_sh_cmd: /bin/sh}
timeouts: {actions: {bootloader-commands: {minutes: 3}}, connections: {bootloader-commands: {seconds: 30}}}
parameters: {bootm: {kernel: '0x1'}, media: {}, interfaces: {}}
actions:
  deploy: {connections: {lava-download: }, methods: {tftp: , image: }}
  boot:
    connections: {serial: }
    methods:
      minimal: {}
      u-boot: {parameters: {bootloader_prompt: '=>', interrupt_prompt: autoboot, interrupt_char: ' '}, ramdisk: {commands: [setenv a b]}}
      qemu: {parameters: {command: qemu-system-x86_64, options: [-nographic, -m 512], extra: []}}
`,
];

export const jobTokens: readonly string[] = [
  'job_name', 'device_type', 'visibility', 'priority', 'tags', 'context', 'timeouts', 'metadata', 'actions', 'deploy', 'boot', 'test', 'repeat', 'command',
  'definitions', 'monitors', 'interactive', 'images', 'image_arg', 'url', 'compression', 'xz', 'zstd', 'bz2', 'method', 'qemu', 'u-boot', 'minimal', 'prompts',
  'auto_login', 'minutes: 1', 'seconds: -1', 'hours: 1e99', 'days: .inf', 'job: {}', 'file:///a%2fb', 'http://%zz@a/', 'http://a b/', 'file://host/x', 'sha256sum',
  'md5sum', 'headers: {a: "b\\r\\nc"}', 'authorization', 'failure_retry: 3', 'namespace: a', 'connection-namespace: b', 'timeout: {seconds: 1}', 'role', 'protocols',
  'lava-multinode', 'notify', 'criteria', 'environment', 'lava', 'parse', 'pattern', 'fixupdict', 'repository', 'run', 'steps', 'from: inline', '-drive file=/x',
  'secrets', 'dispatcher_ip', '(?P<a>', '[[:alpha:]]', '\\1', '(a?){3000}', '10', '100', '__proto__: 1', 'constructor: {}', '- []', '- {}', ': ~', ': yes', ': 1', ': 1.5',
  ': {}', ': []', '<<: *a', '&a', '*a',
]; // prettier-ignore
