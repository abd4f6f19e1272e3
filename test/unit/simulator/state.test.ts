import { afterEach, describe, expect, it } from 'vitest';
import { createMasterTarget } from '../../../src/lava/index.js';
import type { ObservedMaster } from '../../../src/model/index.js';
import {
  copyOf,
  type MasterState,
  type SimulatedMaster,
  startSimulatedMaster,
  stateFromJson,
  stateToJson,
} from '../../../src/simulator/index.js';
import {
  converge,
  device,
  deviceType,
  healthCheck,
  template,
  worker,
} from '../../support/targets/master-changes.js';

const masters: SimulatedMaster[] = [];
afterEach(async () => {
  for (const master of masters.splice(0)) await master.stop();
});

async function start(release: string, state?: MasterState) {
  const master = await startSimulatedMaster({ release, ...(state === undefined ? {} : { state }) });
  masters.push(master);
  return { master, target: createMasterTarget({ url: master.url, token: master.token }) };
}

/** A master with something of every kind. */
async function filled(release: string) {
  const running = await start(release);
  const { state } = running.master;
  state.groups.set(90, 'lab-one');
  state.memberships.set(91, { group: 'lab-one', user: 'admin' });
  state.groupPermissions.set(92, { group: 'lab-one', permission: 'lava_scheduler_app.device.add_device' });
  state.hardware.architectures.add('ARMv8');
  state.files.set('dispatcher-config/devices/odd.jinja2', Buffer.from([0xff, 0x00]));
  const { outcomes } = await converge(running.target, [
    deviceType('type-a', {
      description: 'a',
      aliases: ['a-1'],
      display: false,
      architecture: 'ARMv8',
      healthCheckFrequency: { every: 3, unit: 'jobs' },
      permissions: [{ group: 'lab-one', permission: 'view_devicetype' }],
    }),
    template('type-a', '{# a #}\r\n'),
    healthCheck('type-a', 'job_name: a\n'),
    worker('worker-1', {
      description: 'w',
      health: 'Maintenance',
      jobLimit: 2,
      env: 'a: 1',
      dispatcherConfig: 'b: 2',
    }),
    device('board-1', {
      deviceType: 'type-a',
      worker: 'worker-1',
      description: 'd',
      health: 'Retired',
      version: '2',
      tags: ['usb', 'hdmi'],
      physicalOwner: 'admin',
      physicalGroup: 'lab-one',
      permissions: [{ group: 'lab-one', permission: 'change_device' }],
      dictionary: "{% extends 'type-a.jinja2' %}",
    }),
    device('loose', { deviceType: 'type-a', worker: null, health: 'Bad' }),
  ]);
  expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
  return running;
}

function objectsOf({ objects }: ObservedMaster): unknown {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('the state of a simulated master', () => {
  it('comes back from JSON, and the master goes on where it was', async () => {
    const { master, target } = await filled('2024.03');
    const before = await target.observe(new Set(['template/type-a']));
    const { state, release } = stateFromJson(stateToJson(master.state, '2024.03'), 'a test');
    expect(state).toEqual(master.state);
    const again = await start(release, state);
    expect(again.master.token).toBe(master.token);
    expect(objectsOf(await again.target.observe(new Set(['template/type-a'])))).toEqual(objectsOf(before));
  });

  it('of a version without members of groups can be read', async () => {
    const { master } = await filled('2024.03');
    const { memberships, groupPermissions, ...rest } = JSON.parse(
      stateToJson(master.state, '2024.03'),
    ) as Record<string, unknown>;
    expect([memberships, groupPermissions]).not.toContain(undefined);
    const { state } = stateFromJson(JSON.stringify(rest), 'a test');
    expect(state.memberships.size).toBe(0);
    expect(state.groups).toEqual(master.state.groups);
  });

  it.each(['', '{}', '[]', '{"format":"lavaflow-simulated-master/1"}'])('is not %j', (text) => {
    expect(() => stateFromJson(text, 'state.json')).toThrow('state.json');
  });

  it.each(['2020.05', '2023.01', '2026.07'])(
    'is like another master of %s that was seen',
    async (release) => {
      const original = await filled(release);
      const interest = new Set(['template/type-a', 'health-check/type-a'] as const);
      const seen = await original.target.observe(interest);
      const copy = await start(release, copyOf(seen, new Map(), release));
      expect(copy.master.token).not.toBe(original.master.token);
      expect(objectsOf(await copy.target.observe(interest))).toEqual(objectsOf(seen));
    },
  );

  it('has the templates of another package', async () => {
    const original = await filled('2023.01');
    const seen = await original.target.observe(new Set());
    const copy = await start('2023.01', copyOf(seen, new Map([['base', '{# base #}\n']]), '2023.01'));
    const { objects } = await copy.target.observe(new Set(['template/base']));
    expect(objects.get('template/base')?.fields).toEqual({ text: '{# base #}\n' });
  });
});
