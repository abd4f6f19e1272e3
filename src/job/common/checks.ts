/** The rules of `lava_common` that involve several keys of a job (`extra_checks`). */
import { pythonTruth } from '../../pyyaml/index.js';
import { firstKindOf, hasMixedNamespaces, unitSeconds } from '../facts.js';
import {
  dictOf,
  numberOf,
  trailOf,
  valueAt,
  type Fault,
  type ReleaseGate,
  type Trail,
} from '../schema/index.js';
import * as wording from '../wording.js';

/** Python's `timedelta` has no more days. */
const mostSeconds = 999_999_999 * 86_400;

/** Checks these rules even if the job does not comply with the schema, to report all problems at once. */
export function checkAcrossKeys(job: unknown, gate: ReleaseGate): readonly Fault[] {
  const actions = valueAt(job, 'actions');
  const list: readonly unknown[] = Array.isArray(actions) ? actions : [];
  if (dictOf(job) === null) return [];
  const empty = list.flatMap((action, index) => (dictOf(action)?.size === 0 ? [emptyAction(index)] : []));
  if (empty.length > 0) return empty;
  return [
    ...checkTimeouts(job, list),
    ...checkMultinode(job, list, gate),
    ...checkNamespaces(list),
    ...gate.since(202105, [], checkSecrets(job)),
  ];
}

function emptyAction(index: number): Fault {
  return { at: trailOf('actions', index), message: wording.oneKind };
}

function checkTimeouts(job: unknown, actions: readonly unknown[]): Fault[] {
  const jobSeconds = secondsOf(valueAt(job, 'timeouts', 'job'));
  const checked: (readonly [Trail | null, unknown])[] = [];
  const add = (...keys: readonly [string, ...string[]]) =>
    checked.push([trailOf(...keys), valueAt(job, ...keys)]);
  add('timeouts', 'job');
  add('timeouts', 'action');
  add('timeouts', 'connection');
  for (const group of ['actions', 'connections']) {
    for (const [name, timeout] of dictOf(valueAt(job, 'timeouts', group)) ?? []) {
      checked.push([trailOf('timeouts', group, typeof name === 'string' ? name : name.text), timeout]);
    }
  }
  actions.forEach((action, index) => {
    const first = firstKindOf(action);
    if (first === null) return;
    checked.push([trailOf('actions', index, first.kind, 'timeout'), valueAt(first.body, 'timeout')]);
  });
  return checked.flatMap(([at, timeout]) => {
    if (timeout === undefined || timeout === null) return [];
    const seconds = secondsOf(timeout);
    if (!(Math.abs(seconds) <= mostSeconds)) return [{ at, message: 'is too long' }];
    return jobSeconds > 0 && seconds > jobSeconds ? [longerThanJob(at)] : [];
  });
}

function longerThanJob(at: Trail | null): Fault {
  return {
    at,
    message: wording.longerThanJob,
    hint: 'Shorten it, or set a longer timeouts.job.',
  };
}

/** The duration as the dispatcher computes it: the sum of all units without the fraction of the last second. */
function secondsOf(timeout: unknown): number {
  let seconds = 0;
  for (const [unit, length] of Object.entries(unitSeconds)) {
    seconds += (numberOf(valueAt(timeout, unit)) ?? 0) * length;
  }
  return Math.trunc(seconds);
}

/** Keys that belong to the roles of a multinode job, not to the job itself. */
const roleKeys = ['device_type', 'environment', 'context', 'tags'];

function checkMultinode(job: unknown, actions: readonly unknown[], { since }: ReleaseGate): Fault[] {
  const isMultinode = pythonTruth(valueAt(job, 'protocols', 'lava-multinode') ?? null);
  if (!isMultinode) {
    return valueAt(job, 'device_type') === undefined
      ? [{ at: trailOf('device_type'), message: wording.missingKey }]
      : [];
  }
  const keys = since(202210, roleKeys, roleKeys.slice(0, 2));
  const misplaced = keys.filter((key) => pythonTruth(valueAt(job, key) ?? null));
  const withoutRole = actions.flatMap((action, index) => {
    const first = firstKindOf(action);
    return first === null || dictOf(first.body)?.has('role') === true
      ? []
      : [{ at: trailOf('actions', index, first.kind, 'role'), message: wording.missingKey }];
  });
  return [
    ...misplaced.map((key) => ({
      at: trailOf(key),
      message: 'not allowed in a multinode job: each role has its own',
      hint: 'Move it to protocols.lava-multinode.roles.',
    })),
    ...withoutRole,
  ];
}

function checkNamespaces(actions: readonly unknown[]): Fault[] {
  return hasMixedNamespaces(actions) ? [{ at: trailOf('actions'), message: wording.mixedNamespaces }] : [];
}

function checkSecrets(job: unknown): Fault[] {
  if (valueAt(job, 'secrets') === undefined || valueAt(job, 'visibility') !== 'public') return [];
  return [
    {
      at: trailOf('secrets'),
      message: 'not allowed in a job with public visibility',
      hint: 'Set visibility to personal or to a group.',
    },
  ];
}
