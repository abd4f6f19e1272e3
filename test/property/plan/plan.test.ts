import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  fieldDefaults,
  fieldsOf,
  keyOf,
  sameValue,
  type AppliedRecord,
  type ConfigurationObject,
  type ObjectKey,
  type ObservedMaster,
} from '../../../src/model/index.js';
import {
  digestFields,
  digestOf,
  driftOf,
  makePlan,
  pendingChanges,
  planFromJson,
  planToJson,
  whatMoved,
  type PlanInput,
} from '../../../src/plan/index.js';
import { planMaster, reconcile } from '../../../src/reconcile/index.js';
import { desiredMaster, policy } from '../../support/lab/desired.js';
import { complete, memoryRecords, modelMaster, setField } from '../../support/targets/model-master.js';
import * as any from './arbitraries.js';

/** What reading the master returns, without what cannot be read. */
function observed(
  rows: readonly ConfigurationObject[],
  view: Pick<ObservedMaster, 'unreadable' | 'unsupported'>,
): ObservedMaster {
  const objects = new Map<ObjectKey, ConfigurationObject>();
  for (const row of rows.map(complete)) {
    const mine = view.unreadable.filter(
      ({ kind, name }) => kind === row.kind && (name ?? row.name) === row.name,
    );
    if (mine.some(({ field }) => field === undefined)) continue;
    const hidden = new Set(mine.map(({ field }) => field));
    for (const one of view.unsupported)
      if (one.startsWith(`${row.kind}.`)) hidden.add(one.slice(row.kind.length + 1));
    const fields = Object.fromEntries(Object.entries(row.fields).filter(([field]) => !hidden.has(field)));
    objects.set(keyOf(row), { ...row, fields } as ConfigurationObject);
  }
  return { software: 'lava', release: '2023.01', builtIn: new Set(), objects, ...view };
}

function recordOf(objects: readonly ConfigurationObject[], retired: readonly ObjectKey[]): AppliedRecord {
  return {
    master: 'main',
    repository: '/lab',
    revision: 'r0',
    fingerprint: 'f',
    appliedAt: '2026-01-01T00:00:00Z',
    objects: new Map(objects.map((one) => [keyOf(one), digestFields(one)])),
    retired: new Set(retired),
  };
}

const input: fc.Arbitrary<PlanInput> = fc
  .record({
    lab: any.objects,
    rows: any.objects,
    recorded: fc.option(any.objects),
    retired: fc.array(any.key, { maxLength: 3 }),
    blocked: any.blocked,
    view: fc.record({ unreadable: any.unreadable, unsupported: any.unsupported }),
    mode: any.mode,
    prune: any.prune,
    undeclared: any.undeclared,
    consents: any.consents,
  })
  .map(({ lab, rows, recorded, retired, blocked, view, mode, prune, undeclared, consents }) => ({
    desired: desiredMaster(lab, blocked),
    observed: observed(rows, view),
    lastApplied: recorded === null ? null : recordOf(recorded, retired),
    policy: { prune, undeclared },
    mode,
    consents,
    repository: '/lab',
    revision: 'r1',
    targetUrl: 'https://lava.example.com',
  }));

/**
 * Access that lavaflow manages and that the master has although no file of the lab declares it.
 * @param objects of the lab without findings
 */
function granted(
  objects: readonly ConfigurationObject[],
  rows: ReadonlyMap<ObjectKey, ConfigurationObject>,
  record: AppliedRecord | null,
  unsupported: ReadonlySet<string>,
): string[] {
  return objects.flatMap((object) => {
    const key = keyOf(object);
    const [row, applied] = [rows.get(key), record?.objects.get(key)];
    if (row === undefined || applied === undefined) return [];
    const has = fieldsOf(row);
    return Object.entries(fieldDefaults[object.kind]).flatMap(([field, { value, grants }]) => {
      const isOpen = !grants || unsupported.has(`${object.kind}.${field}`) || field in object.fields;
      if (isOpen || has[field] === undefined || sameValue(has[field], value)) return [];
      return applied[field] === digestOf(has[field]) ? [`${key} ${field}`] : [];
    });
  });
}

function reversed<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
  return new Map([...map].reverse());
}

describe('a plan', () => {
  it('does not depend on the order of anything', () => {
    fc.assert(
      fc.property(input, (one) => {
        const { desired, observed: master, lastApplied } = one;
        const other: PlanInput = {
          ...one,
          desired: { ...desired, objects: reversed(desired.objects), blocked: reversed(desired.blocked) },
          observed: {
            ...master,
            objects: reversed(master.objects),
            unreadable: [...master.unreadable].reverse(),
          },
          lastApplied:
            lastApplied === null ? null : { ...lastApplied, objects: reversed(lastApplied.objects) },
        };
        const [a, b] = [makePlan(one), makePlan(other)];
        expect({ ...b, compared: [...b.compared] }).toEqual({ ...a, compared: [...a.compared] });
      }),
      { numRuns: 400 },
    );
  });

  it('is the same after a round trip through JSON', () => {
    fc.assert(
      fc.property(input, (one) => {
        const plan = makePlan(one);
        expect(planFromJson(JSON.parse(JSON.stringify(planToJson(plan))))).toEqual(plan);
      }),
      { numRuns: 300 },
    );
  });

  it('never creates, retires, deletes, updates or adopts what is blocked or unreadable', () => {
    fc.assert(
      fc.property(input, (one) => {
        for (const { key, object, fields } of pendingChanges(makePlan(one))) {
          expect(one.desired.blocked.has(key)).toBe(false);
          for (const { kind, name, field } of one.observed.unreadable) {
            if (kind !== object.kind || (name ?? object.name) !== object.name) continue;
            if (field === undefined) expect.unreachable(`${key} is unreadable`);
            expect(fields.map((change) => change.field)).not.toContain(field);
          }
          for (const { field } of fields)
            expect(one.observed.unsupported).not.toContain(`${object.kind}.${field}`);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('has at most one entry that writes per object, and none without consent for objects that lavaflow did not create', () => {
    fc.assert(
      fc.property(input, (one) => {
        const pending = pendingChanges(makePlan(one));
        expect(new Set(pending.map(({ key }) => key)).size).toBe(pending.length);
        for (const { key, verb, fields } of pending) {
          const isOurs = one.lastApplied?.objects.has(key) === true;
          if (isOurs || verb === 'create') continue;
          expect(verb).toBe('adopt');
          const { adopt } = one.consents;
          const isAllowed = adopt === 'all' || (adopt !== 'none' && adopt.has(key));
          expect(fields.length === 0 || isAllowed).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has another fingerprint if and only if something changed', () => {
    fc.assert(
      fc.property(
        input,
        input,
        fc.constantFrom('desired', 'observed', 'lastApplied', 'mode', 'revision'),
        (a, b, part) => {
          const [before, after] = [makePlan(a), makePlan({ ...a, [part]: b[part] })];
          expect(whatMoved(before, after).length > 0).toBe(before.fingerprint !== after.fingerprint);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has another fingerprint if a compared field changes, and the same one otherwise', () => {
    fc.assert(
      fc.property(input, any.key, fc.constantFrom('here', 'gone'), (one, key, how) => {
        const wanted = one.desired.objects.get(key);
        const row = one.observed.objects.get(key);
        fc.pre(
          wanted !== undefined &&
            row !== undefined &&
            'description' in wanted.fields &&
            'description' in row.fields,
        );
        fc.pre(
          !one.observed.unreadable.some(
            ({ kind, name }) => kind === row.kind && (name ?? row.name) === row.name,
          ),
        );
        const value = how === 'here' ? row.fields.description : `${row.fields.description ?? ''}!`;
        const changed = { ...row, fields: { ...row.fields, description: value } } as ConfigurationObject;
        const objects = new Map([...one.observed.objects, [key, changed]]);
        const after = makePlan({ ...one, observed: { ...one.observed, objects } });
        expect(after.fingerprint === makePlan(one).fingerprint).toBe(how === 'here');
      }),
      { numRuns: 300 },
    );
  });
});

describe('applying a plan', () => {
  it('leaves nothing to do, after a lab, drift, and another lab', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          rows: any.objects,
          first: any.objects,
          second: any.objects,
          drift: fc.array(fc.tuple(any.key, fc.constantFrom('gone', 'described')), { maxLength: 4 }),
          blocked: any.blocked,
          unsupported: any.unsupported,
          mode: any.mode,
          prune: any.prune,
          undeclared: any.undeclared,
          consents: any.consents,
        }),
        async ({ rows, first, second, drift, blocked, unsupported, mode, consents, ...rules }) => {
          const [target, records] = [modelMaster(rows), memoryRecords()];
          target.view = { unsupported };
          const request = (lab: readonly ConfigurationObject[]) => ({
            target,
            records,
            desired: desiredMaster(lab, blocked),
            policy: { ...policy, ...rules, maxUpdateShare: 1, maxRemoveShare: 1 },
            mode,
            revision: { repository: '/lab', revision: 'r' },
            consents,
          });
          await reconcile(request(first));
          for (const [key, how] of drift) {
            const row = target.rows.get(key);
            if (how === 'gone') target.rows.delete(key);
            else if (row !== undefined && 'description' in row.fields)
              setField(target, key, 'description', 'meddled');
          }
          const { outcomes } = await reconcile(request(second));
          expect(outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
          const again = await planMaster(request(second));
          expect(pendingChanges(again)).toEqual([]);
          if (mode === 'enforce') expect(driftOf(again)).toEqual([]);
          expect(
            granted(
              second.filter((object) => !blocked.some(([key]) => key === keyOf(object))),
              target.rows,
              records.record,
              unsupported,
            ),
          ).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
