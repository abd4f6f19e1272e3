import { describe, expect, test } from 'vitest';
import { startCpuClock } from '../../support/clocks.js';
import { readRunnableJob } from '../../../src/executor/supported/read-runnable-job.js';
import { parseDefinition, parseHealthCheck } from '../../../src/master/jobs/definition.js';
import { readJob } from '../../../src/job/index.js';

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

describe('regular expressions', () => {
  const bad = "'a(?=b)'";
  const whole = `
job_name: smoke
visibility: public
timeouts: {job: {minutes: 10}, action: {minutes: 5}, connection: {minutes: 5}}
actions:
- boot:
    method: minimal
    prompts: ['# ', ${bad}]
    auto_login: {login_prompt: ${bad}, username: root, password_prompt: ${bad}, password: root}
    failure_message: ${bad}
    parameters: {shutdown-message: ${bad}}
- boot: {method: minimal, prompts: ${bad}}
- test:
    interactive:
    - name: one
      prompts: [${bad}]
      script:
      - command: a
        name: a
        successes: [{message: ${bad}}]
        failures: [{message: fine}, {message: ${bad}}]
- test: {monitors: [{name: two, start: ${bad}, end: ${bad}, pattern: ${bad}}]}
- test:
    definitions:
    - from: inline
      name: three
      path: three.yaml
      repository:
        metadata: {format: Lava-Test Test Definition 1.0, name: three, description: three, os: [debian], scope: [x]}
        parse: {pattern: ${bad}}
        run: {steps: ['true']}
`;
  const submitted = `${whole}device_type: qemu\n`;
  const places = [
    'actions[0].boot.prompts[1]',
    'actions[0].boot.auto_login.login_prompt',
    'actions[0].boot.auto_login.password_prompt',
    'actions[0].boot.failure_message',
    'actions[0].boot.parameters.shutdown-message',
    'actions[1].boot.prompts',
    'actions[2].test.interactive[0].prompts[0]',
    'actions[2].test.interactive[0].script[0].successes[0].message',
    'actions[2].test.interactive[0].script[0].failures[1].message',
    'actions[3].test.monitors[0].start',
    'actions[3].test.monitors[0].end',
    'actions[3].test.monitors[0].pattern',
    'actions[4].test.definitions[0].repository.parse.pattern',
  ];

  test('that the executor cannot run are rejected at submission, in health checks and by the executor', () => {
    const parsed = parseDefinition(submitted);
    expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path)).toEqual(places);
    expect(parsed.ok ? [] : parsed.problems[0]).toEqual({
      path: 'actions[0].boot.prompts[1]',
      message:
        'not a supported regular expression: look-ahead and look-behind are not supported (at position 1)',
      hint: 'Change the pattern: "Patterns" in docs/jobs.md lists what is not supported.',
    });
    expect(parseHealthCheck(whole, 'qemu')).toMatchObject({ ok: false, problems: { length: places.length } });
    const run = readRunnableJob(whole);
    expect(run.ok ? [] : run.problems.map(({ path }) => path).sort()).toEqual([...places].sort());
  });

  test('are not judged for a stock LAVA, which reads them when it runs the job', () => {
    expect(readJob(submitted, { for: 'server' }).ok).toBe(true);
  });

  test('that the executor can run are accepted', () => {
    const fine = submitted.replaceAll(bad, () => "'(?P<result>a|b) +$'");
    expect(parseDefinition(fine)).toMatchObject({ ok: true });
    expect(readRunnableJob(whole.replaceAll(bad, "'a'"))).toMatchObject({ ok: true });
  });

  test('are reported together with other problems', () => {
    expect(pathsOf(submitted.replace('job_name: smoke', 'job_name: 1'))).toEqual(['job_name', ...places]);
  });

  test('cost little to judge, however large they are after their repeats are expanded', () => {
    const cpuMs = startCpuClock();
    const prompts = Array.from({ length: 100 }, () => '"(?:(?:a?){99}){99}"').join(',');
    expect(pathsOf(submitted.replace(`['# ', ${bad}]`, `[${prompts}]`))).toEqual(places.slice(1));
    expect(cpuMs()).toBeLessThan(500);
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
