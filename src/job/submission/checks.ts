/** The rules of LAVA's server that involve several keys of a submitted job (`validate_submission`, `validate_yaml`). */
import type { PythonDict } from '../../pyyaml/index.js';
import {
  dictOf,
  numberOf,
  step,
  trailOf,
  valueAt,
  type Fault,
  type ReleaseGate,
  type Trail,
} from '../schema/index.js';
import { missingKey, missingRole } from '../wording.js';
import { contextSchema } from './context.js';
import { isEmailAddress } from './email.js';

/** Checks a job that complies with the schema of the submission. */
export function checkSubmission(
  job: unknown,
  gate: ReleaseGate,
  extraContextVariables: readonly string[],
): readonly Fault[] {
  return [
    ...checkRevisions(valueAt(job, 'actions')),
    ...checkRoles(job, gate, extraContextVariables),
    ...checkRecipients(valueAt(job, 'notify', 'recipients'), gate),
    ...checkQuery(valueAt(job, 'notify', 'compare', 'query')),
  ];
}

function checkRevisions(actions: unknown): Fault[] {
  const list: readonly unknown[] = Array.isArray(actions) ? actions : [];
  return list.flatMap((action, index) => {
    const definitions = valueAt(action, 'test', 'definitions');
    const at = ['actions', index, 'test', 'definitions'] as const;
    return (Array.isArray(definitions) ? definitions : []).flatMap((definition, place) =>
      dictOf(definition)?.has('revision') === true && valueAt(definition, 'shallow') === true
        ? [
            {
              at: trailOf(...at, place, 'shallow'),
              message: 'not possible for a given revision',
              hint: 'Remove shallow or revision.',
            },
          ]
        : [],
    );
  });
}

function checkRoles(job: unknown, gate: ReleaseGate, extraContextVariables: readonly string[]): Fault[] {
  const roles = dictOf(valueAt(job, 'protocols', 'lava-multinode', 'roles'));
  const at = trailOf('protocols', 'lava-multinode', 'roles');
  const context = contextSchema(gate, extraContextVariables);
  return [...(roles ?? [])].flatMap(([key, role]) => {
    const here = step(at, typeof key === 'string' ? key : key.text);
    const keys = dictOf(role);
    if (roles === null || keys === null) return [];
    const faults = checkOtherRoles(keys, roles, here);
    if (gate.since(202607, true, false)) faults.push(...checkPlacement(keys, here));
    if (keys.has('context'))
      faults.push(...(context.check(keys.get('context'), step(here, 'context'), 'rejected') ?? []));
    return faults;
  });
}

/** `host_role` and `expect_role` name roles of the job, and are used together. */
function checkOtherRoles(keys: PythonDict, roles: PythonDict, at: Trail): Fault[] {
  const host = keys.get('host_role') ?? null;
  const expected = keys.get('expect_role') ?? null;
  if (host === null) {
    return expected === null
      ? []
      : [{ at: step(at, 'host_role'), message: `${missingKey}: the role has expect_role` }];
  }
  if (expected === null) {
    return [{ at: step(at, 'expect_role'), message: `${missingKey}: the role has host_role` }];
  }
  return [['host_role', host] as const, ['expect_role', expected] as const].flatMap(([key, name]) =>
    typeof name === 'string' && roles.has(name) ? [] : [{ at: step(at, key), message: missingRole(name) }],
  );
}

/** A role for one device or worker (2026.07). */
function checkPlacement(keys: PythonDict, at: Trail): Fault[] {
  const given = ['device', 'worker'].filter((key) => keys.has(key));
  const faults: Fault[] = [];
  for (const key of given) {
    if (keys.has('connection'))
      faults.push({ at: step(at, key), message: 'not allowed in a role with connection' });
    if (!keys.has('device_type')) {
      faults.push({ at: step(at, 'device_type'), message: `${missingKey}: the role has ${key}` });
    }
  }
  if (keys.has('device') && numberOf(keys.get('count')) !== 1) {
    faults.push({ at: step(at, 'count'), message: 'must be 1 in a role for one device' });
  }
  return faults;
}

function checkRecipients(recipients: unknown, { since }: ReleaseGate): Fault[] {
  const isOwner = (user: unknown) => since(202502, user === deviceOwner, false);
  const list: readonly unknown[] = Array.isArray(recipients) ? recipients : [];
  return list.flatMap((recipient, index): Fault[] => {
    const at = trailOf('notify', 'recipients', index, 'to');
    const to = dictOf(valueAt(recipient, 'to'));
    if (to === null) return [];
    const address = to.get('method') === 'email' ? 'email' : 'handle';
    if (!to.has('user') && !to.has(address)) {
      return [{ at, message: `requires user or ${address}` }];
    }
    const email = to.get('email');
    const isAddressed = !to.has('user') || isOwner(to.get('user'));
    return isAddressed && email !== undefined && !isEmailAddress(email)
      ? [{ at: step(at, 'email'), message: 'is not a valid email address' }]
      : [];
  });
}

/** Since 2025.02, LAVA sends notifications for this user to the owner of the device. */
const deviceOwner = '{LAVA_DEVICE_OWNER}';

function checkQuery(query: unknown): Fault[] {
  const keys = dictOf(query);
  if (keys === null || keys.has('username') || keys.get('entity') === 'testjob') return [];
  return [{ at: trailOf('notify', 'compare', 'query', 'entity'), message: 'must be testjob' }];
}
