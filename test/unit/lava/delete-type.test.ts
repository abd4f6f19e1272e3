import { expect, it } from 'vitest';
import { deviceTypeWork } from '../../../src/lava/apply/other-work.js';
import type { WriteContext } from '../../../src/lava/apply/work.js';
import type { RpcOutcome } from '../../../src/lava/rpc.js';
import { deviceType } from '../../support/lab/desired.js';

const { check } = deviceTypeWork(
  { key: 'device-type/qemu', verb: 'delete', cause: 'this change', object: deviceType('qemu'), fields: [] },
  // A deletion needs none of it.
  {} as WriteContext,
);

it.each<[string, RpcOutcome | undefined, string | null]>([
  ['is not used', { ok: true, value: { devices: [] } }, null],
  ['has devices', { ok: true, value: { devices: ['a', 'b'] } }, 'still has 2 devices'],
  ['is returned without its devices', { ok: true, value: {} }, 'still has some devices'],
  ['is returned in another form', { ok: true, value: 'qemu' }, 'cannot be read'],
  ['cannot be requested', { ok: false, unsent: 'too late' }, 'cannot be read'],
  ['gets no response', undefined, 'cannot be read'],
])('a device type is deleted only when it is empty: one that %s', (_what, outcome, why) => {
  const verdict = check?.verdict([outcome] as readonly RpcOutcome[]);
  expect(verdict).toEqual(why === null ? null : expect.stringContaining(why));
});
