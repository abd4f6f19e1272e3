import { describe, expect, test } from 'vitest';
import { parseDefinition } from '../../../src/master/jobs/definition.js';

const good = `
job_name: smoke
device_type: qemu
visibility: public
timeouts:
  job: {minutes: 10}
  action: {minutes: 5}
  connections: {lava-test-monitor: {seconds: 30}}
  queue: {hours: 2}
priority: high
tags: [usb]
context: {arch: amd64}
actions:
- deploy: {to: tmpfs, timeout: {minutes: 2}, images: {rootfs: {url: 'http://x/rootfs'}}}
- boot: {method: qemu}
- test: {definitions: []}
`;

function pathsOf(text: string, strict = false): string[] {
  const parsed = parseDefinition(text, { isStrict: strict });
  return parsed.ok ? [] : parsed.problems.map(({ path }) => path);
}

test('returns the data that the master needs of a valid definition', () => {
  expect(parseDefinition(good)).toMatchObject({
    ok: true,
    definition: {
      name: 'smoke',
      deviceType: 'qemu',
      priority: 100,
      visibility: 'public',
      tags: ['usb'],
      context: { arch: 'amd64' },
      queueTimeoutS: 7200,
    },
  });
});

test('reports all problems at once', () => {
  const text = `
job_name: ''
visibility: secret
priority: 101
timeouts:
  action: {minutes: 5, seconds: 3}
  connections: [1]
actions:
- boot: {}
- fly: {}
- [deploy]
- deploy: {to: tmpfs, timeout: {hours: 0}}
`;
  expect(pathsOf(text)).toEqual([
    'job_name',
    'visibility',
    'priority',
    'timeouts.action',
    'timeouts.connections',
    'timeouts.job',
    'actions[0].boot.method',
    'actions[1].fly',
    'actions[2]',
    'actions[3].deploy.timeout.hours',
    'actions[3].deploy.images',
    'device_type',
  ]);
});

describe('rejects', () => {
  test.each([
    ['an action longer than the job', good.replace('timeout: {minutes: 2}', 'timeout: {minutes: 11}')],
    ['a timeout longer than the job', good.replace('action: {minutes: 5}', 'action: {days: 1}')],
    ['a namespace on one action only', good.replace('method: qemu', 'method: qemu, namespace: a')],
    ['a reserved namespace', good.replace(/- (\w+): \{/g, '- $1: {namespace: common, ')],
    ['multinode', `${good}\nprotocols: {lava-multinode: {roles: {}}}`],
    ['a text that is not YAML', 'a: [1'],
    ['a list', '- 1'],
    ['an alias bomb', `a: &a [x,x,x,x,x,x,x,x,x]\n${aliasBomb()}`],
  ])('%s', (_what, text) => {
    expect(parseDefinition(text).ok).toBe(false);
  });

  test('multinode, and suggests what to do instead', () => {
    const parsed = parseDefinition(`${good}\nprotocols: {lava-multinode: {roles: {}}}`);
    expect(parsed).toMatchObject({ problems: [{ path: 'protocols.lava-multinode' }] });
  });
});

test('reports keys of actions that LAVA ignores in strict mode only, and other unknown keys always', () => {
  const text = good.replace('method: qemu', 'method: qemu, extra: 1');
  expect(pathsOf(text)).toEqual([]);
  expect(pathsOf(text, true)).toEqual(['actions[1].boot.extra']);
  expect(pathsOf(`${good}\nextra: 1\n`)).toEqual(['extra']);
});

test('reads YAML as PyYAML does: version 1.1, the last of several equal keys applies', () => {
  const text = good.replace('job_name: smoke', 'job_name: first\njob_name: second\nreboot_to_fastboot: yes');
  expect(parseDefinition(text)).toMatchObject({ ok: true, definition: { name: 'second' } });
});

function aliasBomb(): string {
  return Array.from('bcdefghi')
    .map((name, index) => {
      const before = String.fromCharCode(name.charCodeAt(0) - 1);
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}] # ${index}`;
    })
    .join('\n');
}
