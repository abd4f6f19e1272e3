import { afterEach, describe, expect, it } from 'vitest';
import { createMasterTarget } from '../../../src/lava/index.js';
import { type ConfigurationObject, fieldsOf, keyOf, sameValue } from '../../../src/model/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';
import { type Fault, type SimulatedMaster, startSimulatedMaster } from '../../../src/simulator/index.js';
import {
  changesTo,
  converge,
  device,
  deviceType,
  interestIn,
  newRevision,
  template,
  worker,
} from '../../support/targets/master-changes.js';

/*
 * What the reconciler reports about an apply must be true, whatever happens in between: single faults in requests with
 * many writes, and faults of all kinds at once. The simulated master also reports what was really written, and in which
 * order.
 */

let master: SimulatedMaster;
afterEach(async () => {
  await master.stop();
});

async function start(): Promise<MasterTarget> {
  master = await startSimulatedMaster({ release: '2023.01' });
  return createMasterTarget({ url: master.url, token: master.token, timeoutMs: 1_000, firstRetryMs: 30 });
}

const boards = 200;
const lab = (note: string, count = boards): ConfigurationObject[] => [
  template('type-a', `{# ${note} #}\n`),
  deviceType('type-a', { aliases: [], description: note }),
  worker('worker-1', { env: `note: ${note}\n`, description: note }),
  ...Array.from({ length: count }, (_, index) =>
    device(`board-${index}`, {
      deviceType: 'type-a',
      worker: 'worker-1',
      health: 'Maintenance',
      tags: ['usb'],
      dictionary: `{% extends 'type-a.jinja2' %}\n{# ${note} ${index} #}\n`,
    }),
  ),
];

interface Said {
  readonly key: string;
  readonly status: string;
  readonly reason?: string;
}

/** Applies the differences; returns the reported outcomes, and the error that ended the apply. */
async function changeAll(target: MasterTarget, desired: readonly ConfigurationObject[]) {
  const outcomes: Said[] = [];
  let error: unknown = null;
  try {
    const changes = changesTo(target, desired, await target.observe(interestIn(desired)));
    await target.apply(changes, newRevision(), (outcome) => {
      outcomes.push(outcome);
    });
  } catch (reason) {
    error = reason;
  }
  const done = outcomes.filter(({ status }) => status === 'done').map(({ key }) => key);
  return { outcomes, error, done: new Set<string>(done) };
}

/** Whether the master contains an object, read without faults. */
async function truth(
  desired: readonly ConfigurationObject[],
): Promise<(object: ConfigurationObject) => boolean> {
  master.setFaults([]);
  const target = createMasterTarget(master);
  const { objects } = await target.observe(interestIn(desired));
  return (object) => {
    const found = objects.get(keyOf(object));
    if (found === undefined) return false;
    const wanted = Object.entries(fieldsOf(target.normalise(object)));
    return wanted.every(([field, value]) => sameValue(value, fieldsOf(found)[field]));
  };
}

describe(`of ${boards + 3} changed objects`, () => {
  async function changeUnder(fault: Fault) {
    const target = await start();
    expect((await converge(target, lab('one'))).left).toEqual([]);
    const desired = lab('two');
    const written = master.history().length;
    master.setFaults([fault]);
    const said = await changeAll(target, desired);
    const writes = master.history().slice(written);
    const isThere = await truth(desired);
    return {
      ...said,
      target,
      desired,
      writes,
      missing: desired.filter((object) => !isThere(object)).map(keyOf),
    };
  }
  const ofBoard7 = { rpc: 'set_dictionary', text: '"board-7"' };
  const inTheMiddle = { rpc: 'set_dictionary', nth: 50 };

  it.each<[string, Fault]>([
    ['is refused', { match: ofBoard7, kind: 'reject', reason: 'not this one' }],
    ['is stored with another value', { match: ofBoard7, kind: 'lie', stores: 'other' }],
    ['is reported as stored but is not', { match: ofBoard7, kind: 'lie' }],
  ])('one %s: that one fails, and the rest is done', async (_, fault) => {
    const { outcomes, error, missing } = await changeUnder(fault);
    expect(error).toBeNull();
    expect(outcomes).toHaveLength(boards + 3);
    expect(outcomes.filter(({ status }) => status !== 'done').map(({ key }) => key)).toEqual([
      'device/board-7',
    ]);
    expect(missing).toEqual(['device/board-7']);
  });

  it.each<[string, Fault]>([
    ['is lost', { match: inTheMiddle, kind: 'lost-answer' }],
    ['breaks off', { match: inTheMiddle, kind: 'half' }],
    ['comes too late', { match: inTheMiddle, kind: 'slow', delayMs: 1_500 }],
  ])(
    'many are in a request whose response %s: what was done counts, and is not repeated',
    async (_, fault) => {
      const { outcomes, error, missing, writes } = await changeUnder(fault);
      expect(error).toBeNull();
      expect(outcomes.map(({ status }) => status)).toEqual(Array(boards + 3).fill('done'));
      expect(missing).toEqual([]);
      const calls = writes.map(({ call, object }) => `${call} ${object}`);
      expect(new Set(calls).size).toBe(calls.length);
    },
  );

  it.each<[string, Fault]>([
    ['the master never sees', { match: inTheMiddle, kind: 'lost-request' }],
    ['a proxy answers with 502', { match: inTheMiddle, kind: 'status', status: 502 }],
    ['the master restarts over', { match: inTheMiddle, kind: 'restart', downMs: 100 }],
  ])(
    'many are in a request that %s: each is reported correctly, and the next run does the rest',
    async (_, fault) => {
      const { target, desired, done, error, missing } = await changeUnder(fault);
      expect(error).toBeNull();
      expect(missing.length).toBeGreaterThan(0);
      expect(desired.map(keyOf).filter((key) => !done.has(key))).toEqual(missing);
      expect((await converge(target, desired)).left).toEqual([]);
    },
  );
});

describe('a master in bad weather', () => {
  const writing = '[.](add|set_\\w+|update)$';
  const weather: readonly Fault[] = [
    { match: { probability: 0.08 }, kind: 'lost-request' },
    { match: { probability: 0.08 }, kind: 'lost-answer' },
    { match: { probability: 0.08 }, kind: 'half' },
    { match: { probability: 0.08 }, kind: 'status', status: 503 },
    { match: { probability: 0.04 }, kind: 'restart', downMs: 30 },
    { match: { path: 'devices/', probability: 0.05 }, kind: 'cut' },
    { match: { probability: 0.04 }, kind: 'hide', names: '^device/board-1' },
    { match: { probability: 0.04 }, kind: 'stale' },
    { match: { rpc: writing, probability: 0.01 }, kind: 'reject' },
    { match: { rpc: writing, probability: 0.01 }, kind: 'lie' },
    { match: { rpc: writing, probability: 0.004 }, kind: 'restart', downMs: 30 },
  ];

  it.each([1, 2, 3, 4])(
    'is never reported to contain what it does not (seed %i)',
    { timeout: 60_000 },
    async (seed) => {
      const target = await start();
      const desired = lab('weather', 60);
      for (let attempt = 0; attempt < 4; attempt++) {
        master.setFaults(weather, seed * 100 + attempt);
        const { done, error } = await changeAll(target, desired);
        if (error !== null) expect(error).toMatchObject({ name: 'ExternalError', retry: 'soon' });
        const isThere = await truth(desired);
        expect(desired.filter((object) => done.has(keyOf(object)) && !isThere(object)).map(keyOf)).toEqual(
          [],
        );
      }
      expect((await converge(target, desired)).left).toEqual([]);
      // Nothing is created twice. What could not be completed may have been removed again in between.
      const there = new Set<string>();
      for (const { call, object, outcome } of master.history()) {
        if (outcome !== 'done') continue;
        if (/^DELETE |[.]delete$/.test(call)) there.delete(object);
        if (!/(types|workers|devices)[.]add$/.test(call)) continue;
        expect(there).not.toContain(object);
        there.add(object);
      }
    },
  );
});
