import { describe, expect, it } from 'vitest';

import { readJob, type JobReader } from '../../../src/job/index.js';
import { healthCheckSchema } from '../../../src/lab/schema/health-check.js';

const head = 'job_name: j\ndevice_type: board\nvisibility: public\n';
const timeouts = 'timeouts: {job: {minutes: 5}}\n';

function problemsOf(text: string, reader: JobReader, isStrict = false): string[] {
  const read = readJob(text, { for: reader, isStrict });
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe("differences between LAVA's server and dispatcher", () => {
  const several = `${head}timeouts: {job: {minutes: 1, seconds: 30}}\nactions: []\n`;
  const fraction = `${head}timeouts: {job: {minutes: 1.5}}\nactions: []\n`;

  it('the server accepts one unit per timeout; the dispatcher adds units up', () => {
    expect(problemsOf(several, 'server')).toEqual([
      'timeouts.job: must have exactly one of days, hours, minutes and seconds',
    ]);
    const read = readJob(several, { for: 'dispatcher' });
    expect(read.ok && read.job.timeouts.jobMs).toBe(90_000);
  });

  it('the server accepts only whole numbers in a timeout', () => {
    expect(problemsOf(fraction, 'server')).toEqual([
      'timeouts.job.minutes: expected a whole number, got 1.5',
    ]);
    const read = readJob(fraction, { for: 'dispatcher' });
    expect(read.ok && read.job.timeouts.jobMs).toBe(90_000);
  });

  it('a submitted job requires a device type, a health check does not, and a worker does not require visibility', () => {
    const text = `job_name: j\n${timeouts}actions: []\n`;
    expect(problemsOf(text, 'server')).toEqual([
      'visibility: required key not provided',
      'device_type: required key not provided',
    ]);
    expect(problemsOf(text, 'health-check')).toEqual(['visibility: required key not provided']);
    expect(problemsOf(text, 'dispatcher')).toEqual([]);
  });

  it('the server and the dispatcher check the keys of an action', () => {
    const text = `${head}${timeouts}actions: [{deploy: {to: tmpfs}}, {boot: {method: fastboot}}]\n`;
    expect(problemsOf(text, 'server')).toEqual(['actions[0].deploy.images: required key not provided']);
    expect(problemsOf(text, 'dispatcher')).toEqual(['actions[0].deploy.images: required key not provided']);
  });

  it('the dispatcher ignores keys for the queue', () => {
    const text = `${head}${timeouts}actions: []\npriority: 3000\ntags: usb\n`;
    expect(problemsOf(text, 'server')).toHaveLength(2);
    expect(problemsOf(text, 'dispatcher')).toEqual([]);
  });
});

describe('a problem', () => {
  it("has a place of keys and indexes, a path in LAVA's notation, and a hint", () => {
    const read = readJob(`${head}${timeouts}actions: [{boot: {method: minimal}}, {fly: {}}]`, {
      for: 'server',
    });
    expect(read).toMatchObject({
      ok: false,
      problems: [
        {
          at: ['actions', 1, 'fly'],
          path: 'actions[1].fly',
          message: 'unknown action',
          hint: 'Use boot, command, deploy or test.',
        },
      ],
    });
  });
});

describe('the suite of the job itself', () => {
  const monitor = (name: string) =>
    `{monitors: [{name: ${name}, start: a, end: b, pattern: '(?P<test_case_id>job) (?P<result>pass)'}]}`;
  const definition = `{definitions: [{from: inline, name: lava, path: a, repository:
    {metadata: {format: Lava-Test Test Definition 1.0, name: a}, run: {steps: [a]}}}]}`;

  it.each([
    ['a monitor', monitor('lava'), 'actions[1].test.monitors[0].name'],
    [
      'a monitor in capitals, which is written in lower case',
      monitor('LaVa'),
      'actions[1].test.monitors[0].name',
    ],
    ['a test definition', definition, 'actions[1].test.definitions[0].name'],
  ])('is reserved: %s', (_what, block, path) => {
    const text = `${head}${timeouts}actions: [{boot: {method: minimal}}, {test: ${block}}]\n`;
    for (const reader of ['server', 'health-check', 'dispatcher'] as const) {
      const read = readJob(text, { for: reader });
      const found = read.ok ? [] : read.problems.filter((problem) => problem.path === path);
      expect(found).toMatchObject([{ hint: 'Choose another name.' }]);
    }
  });

  it('is not reached by an interactive test: its suite has a number', () => {
    const script = '{name: lava, prompts: [a], script: [{command: a, name: job}]}';
    const text = `${head}${timeouts}actions: [{test: {interactive: [${script}]}}]\n`;
    expect(problemsOf(text, 'server')).toEqual([]);
  });
});

describe('roles of a multinode job', () => {
  const roles = `protocols:
  lava-multinode:
    timeout: {minutes: 1}
    roles:
      server: {device_type: board, count: 1, essential: true, tags: [lab-a]}
      client: {device_type: qemu, count: 2, context: {arch: amd64}, timeout: {seconds: 40}}
      guest: {connection: ssh, count: 3, host_role: server, expect_role: client}
`;
  const job = `job_name: j\nvisibility: public\n${timeouts}${roles}actions:
- boot: {role: [server, client], method: minimal}
`;

  it('are read as data', () => {
    const read = readJob(job, { for: 'server' });
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.job.deviceType).toBeNull();
    expect([...read.job.roles.keys()]).toEqual(['server', 'client', 'guest']);
    expect(read.job.roles.get('server')).toMatchObject({ count: 1, isEssential: true, tags: ['lab-a'] });
    expect(read.job.roles.get('client')).toMatchObject({
      deviceType: 'qemu',
      context: { arch: 'amd64' },
      timeoutMs: 40_000,
      secondary: null,
    });
    expect(read.job.roles.get('guest')).toMatchObject({
      deviceType: null,
      count: 3,
      secondary: { connection: 'ssh', hostRole: 'server', expectRole: 'client' },
    });
  });

  it.each([
    ['a role that does not exist', job.replace('host_role: server', 'host_role: host'), 'guest.host_role'],
    ['an action without a role', job.replace('role: [server, client], ', ''), 'actions[0].boot.role'],
    ['a device type for the whole job', `${job}device_type: board\n`, 'device_type'],
    ['tags for the whole job', `${job}tags: [a]\n`, 'tags'],
    [
      'a role without a count',
      job.replace('device_type: board, count: 1', 'device_type: board'),
      'server.count',
    ],
  ])('are rejected with %s', (_, text, path) => {
    expect(problemsOf(text, 'server').join('\n')).toContain(`${path}: `);
  });
});

it('accepts exactly the keys in the schema of a health check', () => {
  const { properties } = healthCheckSchema;
  const given: Record<string, unknown> = Object.fromEntries(
    Object.keys(properties).map((key) => [key, null]),
  );
  const unknown = (keys: Record<string, unknown>) =>
    problemsOf(JSON.stringify(keys), 'health-check', true).filter((problem) =>
      problem.endsWith('unknown key'),
    );
  expect(unknown(given)).toEqual([]);
  expect(unknown({ ...given, other: null })).toEqual(['other: unknown key']);
});

it("only the dispatcher accepts the key that LAVA's master adds", () => {
  const text = `${head}${timeouts}actions: []\ncompatibility: 0\n`;
  expect(problemsOf(text, 'server', true)).toEqual(['compatibility: unknown key']);
  expect(problemsOf(text, 'dispatcher', true)).toEqual([]);
});
