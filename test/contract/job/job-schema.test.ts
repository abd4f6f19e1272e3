/** Compares the jobs that LAVA 2023.01 accepts, both at submission and in `jobs validate`, with those that our server accepts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readJob } from '../../../src/job/index.js';
import { SchemaOracle } from '../../support/schemas/genuine.js';
import { requireOrSkip } from '../../support/real-parts.js';

const amount = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 1, max: 90 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1.5, -1, '3') },
);
const unit = fc.constantFrom('days', 'hours', 'minutes', 'seconds');
const timeout = fc.oneof(
  { weight: 30, arbitrary: fc.tuple(unit, amount).map(([key, value]) => ({ [key]: value })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      {},
      null,
      { minutes: 1, seconds: 30 },
      { minutes: 1, weeks: 1 },
      { minutes: 1, skip: true },
      { minutes: 1, skip: 1 },
    ),
  },
);
const group = fc.dictionary(fc.constantFrom('login-action', 'power-off'), timeout, { maxKeys: 2 });

/** Usually `usual`, sometimes one of the others. */
function mostly(usual: unknown, ...others: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 60, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

const namespace = mostly('a', 'common', 'docker-test-shell');
const role = fc.constant(['one']);
const images = { rootfs: { url: 'http://images.example/rootfs' } };

/** Actions with these keys in all blocks. */
function actionsWith(keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown[]> {
  const block = (fields: Readonly<Record<string, unknown>>) =>
    fc
      .record<Record<string, unknown>>({ ...keys, timeout }, { requiredKeys: Object.keys(keys) })
      .map((some) => ({ ...fields, ...some }));
  const action = fc.oneof(
    block({ to: 'tmpfs', images }).map((deploy) => ({ deploy })),
    block({ method: 'minimal' }).map((boot) => ({ boot })),
    block({ name: 'relay' }).map((command) => ({ command })),
    block({ monitors: [] }).map((test) => ({ test })),
    mostly(
      { boot: { method: 'minimal' } },
      { fly: {} },
      { boot: null },
      [],
      null,
      { test: {} },
      { command: {} },
    ),
  );
  return fc.array(action, { maxLength: 3 });
}

const roles = mostly(
  { one: { device_type: 'board', count: 1 } },
  { one: { device_type: 'board' } },
  { one: { device_type: 'board', count: -1 } },
  {
    one: { device_type: 'board', count: 1 },
    two: { connection: 'ssh', count: 1, host_role: 'one', expect_role: 'one' },
  },
  {
    one: { device_type: 'board', count: 1 },
    two: { connection: 'ssh', count: 1, host_role: 'x', expect_role: 'one' },
  },
);

const shared = {
  job_name: mostly('j', '', 3, 'x'.repeat(200), 'x'.repeat(201)),
  visibility: mostly('public', 'personal', { group: ['a'] }, { group: 'a' }, 'secret', {
    group: ['a'],
    b: 1,
  }),
  priority: mostly('high', 'low', 0, 100, 101, -1, 'urgent', null),
  secrets: mostly({ a: 'b' }, null),
  metadata: mostly({ a: 'b' }, null),
  reboot_to_fastboot: mostly(false, 1),
  timeouts: fc.record(
    {
      job: fc.oneof({ weight: 1, arbitrary: timeout }, { weight: 30, arbitrary: fc.constant({ days: 90 }) }),
      action: timeout,
      connection: timeout,
      queue: timeout,
      actions: group,
      connections: group,
    },
    { requiredKeys: ['job'] },
  ),
};
const ofOneDevice = {
  device_type: mostly('board', '', null),
  tags: mostly(['usb'], 'usb', [3], []),
  context: mostly({ arch: 'arm64' }, null, []),
  environment: mostly({ A: 'b' }, null, []),
};
const protocols = roles.map((some) => ({ 'lava-multinode': { roles: some } }));
const needed = ['job_name', 'visibility', 'timeouts', 'actions'] as const;

const job = fc.oneof(
  fc.record(
    { ...shared, ...ofOneDevice, actions: fc.oneof(actionsWith({}), actionsWith({ namespace })) },
    { requiredKeys: [...needed, 'device_type'] },
  ),
  fc.record(
    { ...shared, protocols, actions: actionsWith({ role }) },
    { requiredKeys: [...needed, 'protocols'] },
  ),
  fc.record(
    { ...shared, ...ofOneDevice, protocols, actions: actionsWith({}) },
    { requiredKeys: [...needed] },
  ),
);

describe.skipIf(requireOrSkip('lava-schemas'))('the job reader and LAVA 2023.01', () => {
  it('accept the same jobs', async () => {
    const oracle = new SchemaOracle({ release: 202301, root: null });
    const texts = fc.sample(job, 500).map((value) => JSON.stringify(value));
    const submission = await oracle.ask(texts.map((text) => ['submission', text] as const));
    const validate = await oracle.ask(texts.map((text) => ['validate', text] as const));
    await oracle.close();
    const different = texts.flatMap((text, index) => {
      const read = readJob(text, { for: 'server', isStrict: true });
      const ours = read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
      const theirs = submission[index] ?? validate[index] ?? null;
      return read.ok === (theirs === null) ? [] : [`${text} | ${ours.join('; ')} | ${theirs ?? ''}`];
    });
    expect(different).toEqual([]);
    expect(
      validate.filter((refusal, index) => (refusal ?? submission[index]) === null).length,
    ).toBeGreaterThan(100);
  });
});
