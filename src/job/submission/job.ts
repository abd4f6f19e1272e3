/**
 * What LAVA's server checks when a job is submitted (`lava_scheduler_app/schema.py`), per release since 2020.12.
 */
import {
  any,
  anyMapping,
  anything,
  bool,
  describeValue,
  integer,
  listOf,
  mapping,
  oneOf,
  perRelease,
  pythonPattern,
  record,
  required,
  saying,
  text,
  textOfLength,
  withUnknown,
  type Fault,
  type ReleaseGate,
  type Schema,
} from '../schema/index.js';
import type { ReleaseNumber } from '../../model/index.js';
import { wrongPriority } from '../wording.js';
import { serverActions } from './actions.js';
import { checkSubmission } from './checks.js';
import { contextSchema } from './context.js';
import { serverNotify } from './notify.js';
import { serverTimeout, timeoutName } from './timeouts.js';

/** What LAVA's server rejects in a submitted job. @param extraContextVariables names that it accepts besides LAVA's own */
export function checkSubmittedJob(
  job: unknown,
  release: ReleaseNumber,
  extraContextVariables: readonly string[],
): readonly Fault[] {
  const { gate, schema } = build(release);
  return (
    schema(extraContextVariables).check(job, null, 'rejected') ??
    checkSubmission(job, gate, extraContextVariables)
  );
}

const build = perRelease((gate) => {
  const protocols = protocolsSchema(gate);
  const actions = serverActions(gate);
  const notify = serverNotify(gate);
  const anyScalar = any(text, integer);
  const schema = (extraContextVariables: readonly string[]): Schema =>
    withUnknown(
      'rejected',
      mapping({
        job_name: required(textOfLength(1, 200)),
        visibility: required(visibility),
        timeouts: required(timeouts(gate)),
        actions: required(actions),
        device_type: textOfLength(1),
        ...gate.keysSince(202607, { device: textOfLength(1), worker: textOfLength(1) }),
        priority: priority(integer),
        protocols,
        context: contextSchema(gate, extraContextVariables),
        metadata: record(gate.since(202306, anything, anyScalar), anyScalar),
        secrets: anyMapping,
        environment: anyMapping,
        tags: listOf(text),
        notify,
        reboot_to_fastboot: bool,
      }),
    );
  return { gate, schema };
});

/** A name, or a number that a schema accepts. */
export function priority(number: Schema): Schema {
  return saying((value) => wrongPriority(describeValue(value)), any(oneOf('high', 'medium', 'low'), number));
}

export const visibility = any(oneOf('public', 'personal'), mapping({ group: listOf(text) }));

function timeouts({ keysSince }: ReleaseGate): Schema {
  const named = record(serverTimeout, timeoutName);
  return mapping({
    job: required(serverTimeout),
    action: serverTimeout,
    connection: serverTimeout,
    ...keysSince(202108, { queue: serverTimeout }),
    actions: named,
    connections: named,
  });
}

function protocolsSchema({ keysSince, keysBefore }: ReleaseGate): Schema {
  return mapping({
    'lava-multinode': mapping({
      timeout: serverTimeout,
      roles: anyMapping,
      ...keysSince(202610, { pool_pattern: textOfLength(1, 200) }),
    }),
    ...keysBefore(202606, { 'lava-vland': record(record(mapping({ tags: listOf(text) }), vlanName)) }),
    ...keysBefore(202604, { 'lava-lxc': anyMapping }),
    'lava-xnbd': anyMapping,
  });
}

/** LAVA checks what Python's `str()` returns for the key. */
const vlanName = pythonPattern(/^[_a-zA-Z0-9]+\n?$/, 'Use only letters, digits and underscores.');
