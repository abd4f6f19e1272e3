import { describe, expect, it } from 'vitest';
import { describeJob } from '../../../src/executor/pipeline/describe.js';
import { planActions } from '../../../src/executor/plan-job.js';
import { readRunnableJob as readJob } from '../../../src/executor/supported/read-runnable-job.js';
import {
  formatProblem,
  readDeviceConfiguration,
  readWorkerSettings,
  type DeviceConfiguration,
  type WorkerSettings,
} from '../../../src/job/index.js';
import type { PlannedAction } from '../../../src/executor/pipeline/action.js';

const head = `job_name: j
timeouts: {job: {minutes: 5}, action: {minutes: 1}, connection: {seconds: 20}, actions: {login-action: {seconds: 7}}}
`;
const boot =
  '- boot: {method: minimal, prompts: ["# "], auto_login: {login_prompt: "login:", username: root}}\n';

function readDevice(text: string): DeviceConfiguration {
  const read = readDeviceConfiguration(text);
  if (!read.ok) throw new Error(read.problem);
  return read.device;
}

function readSettings(): WorkerSettings {
  const read = readWorkerSettings('');
  if (!read.ok) throw new Error(read.problem);
  return read.settings;
}

function problemsOf(source: string): readonly string[] {
  const read = readJob(source);
  return read.ok ? [] : read.problems.map(formatProblem);
}

describe('reading a job', () => {
  it('accepts a supported job', () => {
    expect(problemsOf(`${head}visibility: public\npriority: high\ntags: [a]\nactions:\n${boot}`)).toEqual([]);
  });

  it.each([
    ['text that is not YAML', '{', 'not readable YAML'],
    ['a list', '- a', 'expected a mapping'],
    ['multinode', `${head}protocols: {lava-multinode: {}}\nactions: []`, 'protocols: protocols'],
    ['secrets', `${head}secrets: {a: b}\nactions: []`, 'secrets:'],
    ['an unknown key', `${head}extra: 1\nactions: []`, 'extra: unknown key'],
    ['an unknown action', `${head}actions: [{fly: {}}]`, 'actions[0].fly: unknown action'],
    ['two actions in one', `${head}actions: [{boot: {method: qemu}, test: {}}]`, 'exactly one of'],
    ['an unknown method', `${head}actions: [{boot: {method: fastboot}}]`, 'only qemu, u-boot and minimal'],
    ['an unknown destination', `${head}actions: [{deploy: {to: nbd}}]`, 'only tmpfs'],
    [
      'a URL with another scheme',
      `${head}actions: [{deploy: {to: tmpfs, images: {k: {url: "ftp://x/y"}}}}]`,
      'images.k.url: ftp:// is not supported',
    ],
    [
      'a label that is a path',
      `${head}actions: [{deploy: {to: tmpfs, images: {"../k": {url: "file:///y"}}}}]`,
      "an image's label",
    ],
    [
      'an overlay',
      `${head}actions: [{deploy: {to: tmpfs, images: {k: {url: "file:///y", overlays: {lava: true}}}}}]`,
      'overlays',
    ],
    ['a git definition', `${head}actions: [{test: {definitions: [{from: git}]}}]`, 'only inline definitions'],
    [
      'a prompt that is not a pattern',
      `${head}actions: [{boot: {method: minimal, prompts: ["("]}}]`,
      'regular expression',
    ],
    [
      'a timeout longer than the job',
      `${head}actions: [{boot: {method: minimal, timeout: {hours: 1}}}]`,
      'longer than the job',
    ],
    ['an empty timeout', 'job_name: j\ntimeouts: {job: {}}\nactions: []', 'at least one second'],
    [
      'retry with repeat',
      `${head}actions: [{boot: {method: minimal, repeat: 2, failure_retry: 2}}]`,
      'together',
    ],
    [
      'a namespace in one action only',
      `${head}actions: [{boot: {method: minimal, namespace: a}}, {boot: {method: minimal}}]`,
      'namespace',
    ],
    [
      'an environment name that is not a variable name',
      `${head}environment: {"a b": 1}\nactions: []`,
      'shell variable',
    ],
  ])('rejects %s', (_, source, why) => {
    expect(problemsOf(source).join('\n')).toContain(why);
  });

  it('reports all problems at once', () => {
    const problems = problemsOf('actions: [{boot: {}}, {deploy: {to: tftp}}, {test: {}}]\nextra: 1');
    expect(problems).toEqual([
      'job_name: required key not provided',
      'timeouts: required key not provided',
      'extra: unknown key',
      'actions[0].boot.method: required key not provided',
      'actions[1].deploy.to: "tftp" is not supported, only tmpfs',
      'actions[2].test: requires definitions, interactive or monitors',
    ]);
  });

  it('adds up the units of a timeout', () => {
    const read = readJob('job_name: j\ntimeouts: {job: {hours: 1, minutes: 2, seconds: 3}}\nactions: []');
    expect(read.ok && read.definition.timeouts.jobMs).toBe(3_723_000);
  });

  it('does not grow with aliases', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (let index = 0; index < 12; index += 1) {
      const previous = String.fromCharCode(97 + index);
      bomb.push(
        `${String.fromCharCode(98 + index)}: &${String.fromCharCode(98 + index)} [${`*${previous},`.repeat(10)}]`,
      );
    }
    expect(problemsOf(bomb.join('\n')).join()).toContain('not readable YAML');
  });
});

describe('planning', () => {
  const device = readDevice(
    JSON.stringify({
      commands: { connect: 'true', hard_reset: ['a', 'b'] },
      constants: { failure_retry: 2, boot_retry: 3 },
      actions: { boot: { connections: { serial: null }, methods: { minimal: null } } },
      timeouts: {
        actions: { 'login-action': { seconds: 9 }, 'power-off': { seconds: 10 } },
        connections: {},
      },
      character_delays: { boot: 5 },
    }),
  );

  const settings = readSettings();
  function plan(actions: string): readonly PlannedAction[] {
    const read = readJob(`${head}actions:\n${actions}`);
    if (!read.ok) throw new Error(read.problems.map(formatProblem).join());
    return planActions(read.definition, device, settings, '/tmp/none');
  }
  function find(actions: readonly PlannedAction[], name: string): PlannedAction | undefined {
    for (const planned of actions) {
      const found = planned.action.name === name ? planned : find(planned.steps, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  it('numbers actions as LAVA does, finalize last', () => {
    const planned = plan(boot);
    expect(planned.map((item) => `${item.level} ${item.action.name}`)).toEqual([
      '1 minimal-boot',
      '2 finalize',
    ]);
    expect(find(planned, 'login-action')?.level).toBe('1.3.1');
    expect(find(planned, 'pdu-reboot')?.level).toBe('1.2.1');
  });

  it.each([
    ['the job over the device, by name', boot, 'login-action', 7000],
    ['the device by name', boot, 'power-off', 10_000],
    ['the default of the job', boot, 'connect-device', 60_000],
    ['the block', boot.replace('{method', '{timeout: {seconds: 3}, method'), 'login-action', 3000],
    [
      'the block by name',
      boot.replace('{method', '{timeout: {seconds: 3}, timeouts: {login-action: {seconds: 4}}, method'),
      'login-action',
      4000,
    ],
  ])('uses the timeout from %s', (_, actions, name, expected) => {
    expect(find(plan(actions), name)?.timeoutMs).toBe(expected);
  });

  it('uses the number of tries from the block, then from the device', () => {
    expect(find(plan(boot), 'minimal-boot')?.maxTries).toBe(3);
    expect(find(plan(boot.replace('{method', '{failure_retry: 5, method')), 'minimal-boot')?.maxTries).toBe(
      5,
    );
    expect(find(plan(boot), 'login-action')?.characterDelayMs).toBe(5);
  });

  it('describes the pipeline for the master', () => {
    const text = describeJob(plan(boot));
    expect(text).toContain('"level":"1.3.1"');
    expect(text.endsWith('\n')).toBe(true);
  });
});

describe('a device configuration', () => {
  it('is read as by PyYAML: a quoted string may continue with less indentation', () => {
    const device = readDevice(
      "constants:\n  barebox:\n    interrupt-character: '\n'\n    other: x\n  failure_retry: 1\n",
    );
    expect(device.constant('interrupt-character', 'barebox')).toBe(' ');
    expect(device.constant('failure_retry')).toBe(1);
  });

  it('has the primary one of several connections', () => {
    const device = readDevice(
      'commands: {connections: {uart1: {connect: telnet b 2, tags: [telnet]}, uart0: {connect: telnet b 1, tags: [primary]}}}',
    );
    expect(device.connectCommand).toBe('telnet b 1');
  });

  it('does not return inherited properties of an object as constants', () => {
    expect(readDevice('constants: {}').constant('constructor')).toBeUndefined();
  });
});
