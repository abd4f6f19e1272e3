import {
  any,
  anyMapping,
  anything,
  bool,
  integer,
  listOf,
  mapping,
  numberFrom,
  oneOf,
  record,
  required,
  text,
  textOfLength,
  type Keys,
  type ReleaseGate,
  type Schema,
} from '../schema/index.js';
import { contextSchema } from '../submission/context.js';
import { priority, visibility } from '../submission/job.js';
import { strings } from './action.js';
import { commonNotify } from './notify.js';
import { commonTimeout } from './timeouts.js';

/** The schema of a job without its actions (`lava_common/schemas`). */
export function jobSchema(gate: ReleaseGate, extraContextVariables: readonly string[]): Schema {
  const { since, keysSince } = gate;
  const context = contextSchema(gate, extraContextVariables);
  return mapping({
    job_name: required(textOfLength(1, 200)),
    device_type: textOfLength(1, 200),
    ...keysSince(202607, { device: textOfLength(1, 200), worker: textOfLength(1, 200) }),
    timeouts: required(
      mapping({
        job: required(commonTimeout),
        action: commonTimeout,
        actions: record(commonTimeout),
        connection: commonTimeout,
        connections: record(commonTimeout),
        ...keysSince(202108, { queue: commonTimeout }),
      }),
    ),
    visibility: required(visibility),
    context,
    metadata: record(anything),
    priority: priority(numberFrom(0, 100)),
    tags: strings,
    secrets: since(202504, record(text), anyMapping),
    environment: anyMapping,
    protocols: protocols(gate, context),
    notify: commonNotify(gate),
    reboot_to_fastboot: bool,
    actions: required(listOf(mapping({}, { others: { keys: actionKind, values: anyMapping } }))),
  });
}

const actionKind = oneOf('boot', 'command', 'deploy', 'test');

function protocols(gate: ReleaseGate, context: Schema): Schema {
  const { keysSince, keysBefore } = gate;
  const tagged = mapping({ tags: required(strings) });
  return mapping({
    ...keysBefore(202604, { 'lava-lxc': any(lxc, record(lxc)) }),
    'lava-multinode': mapping({
      roles: required(record(role(gate, context))),
      timeout: commonTimeout,
      ...keysSince(202610, { pool_pattern: textOfLength(1, 200) }),
    }),
    ...keysBefore(202606, { 'lava-vland': any(record(record(tagged)), record(tagged)) }),
    'lava-xnbd': mapping({ port: required(any(oneOf('auto'), integer)), timeout: commonTimeout }),
  });
}

/** A role with its own devices, or one that connects to those of another role. */
function role({ keysSince }: ReleaseGate, context: Schema): Schema {
  const common: Keys = {
    count: required(numberFrom(0)),
    context,
    tags: strings,
    essential: bool,
    timeout: commonTimeout,
  };
  return any(
    mapping({
      ...common,
      device_type: required(text),
      environment: anyMapping,
      ...keysSince(202607, { device: text, worker: text }),
    }),
    mapping({
      ...common,
      connection: required(text),
      expect_role: required(text),
      host_role: required(text),
      request: text,
    }),
  );
}

const lxc = mapping({
  name: required(text),
  distribution: required(text),
  release: required(text),
  arch: text,
  mirror: text,
  persist: bool,
  security_mirror: text,
  template: text,
  timeout: commonTimeout,
  verbose: bool,
});
