import { afterEach, describe, expect, it } from 'vitest';
import { createMasterTarget } from '../../../src/lava/index.js';
import type { ConfigurationObject } from '../../../src/model/index.js';
import { noConsents } from '../../../src/plan/index.js';
import { reconcile, type ReconcileRequest } from '../../../src/reconcile/index.js';
import {
  type SimulatedMaster,
  startSimulatedMaster,
  stateFromJson,
  stateToJson,
} from '../../../src/simulator/index.js';
import { desiredMaster, policy } from '../../support/lab/desired.js';
import {
  converge,
  device,
  deviceType,
  healthCheck,
  template,
  worker,
} from '../../support/targets/master-changes.js';
import { memoryRecords } from '../../support/targets/model-master.js';

let master: SimulatedMaster;
afterEach(async () => {
  await master.stop();
});

const lab = (text = 'timeouts: {}\n'): ConfigurationObject[] => [
  template('nothing', text),
  deviceType('nothing', { aliases: [] }),
  healthCheck('nothing', 'job_name: check\n'),
  worker('worker-1'),
  ...['board-1', 'board-2'].map((name) =>
    device(name, {
      deviceType: 'nothing',
      worker: 'worker-1',
      dictionary: "{% extends 'nothing.jinja2' %}\n",
    }),
  ),
];

const healths = (): string[] =>
  [...master.state.devices.values()].map(({ health, state }) => `${health} ${state}`);

async function start(
  result: 'pass' | 'fail' | 'none' | ((device: string) => 'pass' | 'fail'),
  durationMs = 20,
) {
  master = await startSimulatedMaster({ release: '2023.01', healthChecks: { result, durationMs } });
  return createMasterTarget(master);
}

describe('health checks of a simulated master', () => {
  it.each([
    ['pass', 'Good Idle'],
    ['fail', 'Bad Idle'],
    ['none', 'Unknown Idle'],
  ] as const)('%s: a new device becomes %s', async (result, health) => {
    const target = await start(result);
    await converge(target, lab());
    await expect.poll(healths).toEqual([health, health]);
    const boards = await target.boards?.();
    expect(typeof boards?.get('board-1')?.lastHealthCheck).toBe(result === 'none' ? 'object' : 'string');
  });

  it('do not run in maintenance, without a worker that is active, a type that has them, or a health check', async () => {
    const target = await start('pass', 0);
    await converge(target, [
      ...lab(),
      worker('resting', { health: 'Maintenance' }),
      deviceType('disabled', { healthChecksDisabled: true }),
      ...[
        ['kept', { health: 'Maintenance' }],
        ['resting-1', { worker: 'resting' }],
        ['disabled-1', { deviceType: 'disabled' }],
        ['unchecked', { dictionary: '{# nothing #}' }],
      ].map(([name, fields]) =>
        device(name as string, {
          deviceType: 'nothing',
          worker: 'worker-1',
          dictionary: "{% extends 'nothing.jinja2' %}\n",
          ...(fields as object),
        }),
      ),
    ]);
    await expect
      .poll(healths)
      .toEqual([
        'Good Idle',
        'Good Idle',
        'Maintenance Idle',
        'Unknown Idle',
        'Unknown Idle',
        'Unknown Idle',
      ]);
  });

  it('find a configuration that cannot be used, without a job', async () => {
    const target = await start('pass');
    await converge(target, lab('a: b: c\n'));
    expect(healths()).toEqual(['Bad Idle', 'Bad Idle']);
    expect(master.state.jobs.size).toBe(0);
  });

  it('that ran when the master ended are over', async () => {
    const target = await start('pass', 60_000);
    await converge(target, lab());
    expect(healths()).toEqual(['Unknown Running', 'Unknown Running']);
    const { state } = stateFromJson(stateToJson(master.state, '2023.01'), 'a test');
    expect([...state.devices.values()].map((row) => row.state)).toEqual(['Idle', 'Idle']);
    expect([...state.jobs.values()].map((row) => row.health)).toEqual(['Incomplete', 'Incomplete']);
  });

  it('judge a canary', async () => {
    let passes = true;
    // Long enough to read back the health Unknown before the check replaces it, as on a board.
    const target = await start(() => (passes ? 'pass' : 'fail'), 1000);
    const records = memoryRecords();
    const run = (objects: readonly ConfigurationObject[], canary?: ReconcileRequest['canary']) =>
      reconcile({
        target,
        records,
        desired: desiredMaster(objects),
        policy,
        mode: 'enforce',
        revision: { repository: '/lab', revision: 'r1' },
        consents: noConsents,
        ...(canary === undefined ? {} : { canary }),
        pollMs: 10,
        timeoutMs: 50_000,
      });
    await run(lab());
    await expect.poll(healths).toEqual(['Good Idle', 'Good Idle']);

    const kept = await run(lab('timeouts: {} # new\n'), { deviceType: 'nothing' });
    expect(kept.canary).toMatchObject({ device: 'board-1', outcome: 'kept' });
    passes = false;
    const back = await run(lab('timeouts: {} # bad\n'), { device: 'board-2' });
    expect(back.canary).toMatchObject({ device: 'board-2', outcome: 'put back' });
    expect(master.state.files.get('dispatcher-config/device-types/nothing.jinja2')).toBe(
      'timeouts: {} # new\n',
    );
  });
});
