import {
  any,
  anyList,
  anyMapping,
  bool,
  dictOf,
  exactly,
  integer,
  listOf,
  mapping,
  nothing,
  oneOf,
  oneOfKinds,
  patternText,
  record,
  required,
  text,
  textOfLength,
  withUnknown,
  type Fault,
  type Keys,
  type ReleaseGate,
  type Schema,
  type Trail,
} from '../schema/index.js';
import { requiresTestKind, testKinds } from '../test-kinds.js';
import { unknownKind } from '../wording.js';
import { serverTimeout } from './timeouts.js';

/** The actions of a submitted job, which the server checks in outline. */
export function serverActions(gate: ReleaseGate): Schema {
  const kinds = { deploy: action({ to: required(text) }), boot, test: testAction(gate), command };
  return listOf(mapping(kinds, { unknown: unknownKind }));
}

/** An action with these keys, a timeout, and any others. */
function action(keys: Keys): Schema {
  return withUnknown('ignored', mapping({ ...keys, timeout: withUnknown('rejected', serverTimeout) }));
}

const boot = action({
  method: required(text),
  auto_login: withUnknown(
    'rejected',
    mapping({
      login_prompt: required(text),
      username: required(text),
      password_prompt: text,
      password: text,
      login_commands: anyList,
    }),
  ),
  parameters: withUnknown('rejected', record(any(text, bool))),
  commands: any(text, anyList),
});

const command = action({ name: required(text), namespace: text });

/** Unlike `lava_common`, the server rejects a dot. */
const name = patternText(/^[a-zA-Z0-9\-_]+\n?$/, 'a name of letters, digits, "-" and "_"');

function testAction(gate: ReleaseGate): Schema {
  const { since } = gate;
  const kinds = new Map<string, Schema>([
    ['monitors', action({ monitors: required(monitors(gate)) })],
    ['interactive', action({ interactive: required(interactive(gate)) })],
    ['definitions', action({ definitions: required(listOf(definition)) })],
    ...since<readonly (readonly [string, Schema])[]>(
      202604,
      [['services', action({ services: required(listOf(service)) })]],
      [],
    ),
  ]);
  const choose = (value: unknown, at: Trail | null): Schema | readonly Fault[] => {
    const keys = dictOf(value);
    if (keys === null) return [];
    const key = testKinds(gate).find((kind) => keys.has(kind.key))?.key ?? '';
    return kinds.get(key) ?? [requiresTestKind(value, gate, at)];
  };
  return oneOfKinds(choose, ...kinds.values());
}

const definition = mapping({
  repository: required(
    any(
      text,
      withUnknown(
        'rejected',
        mapping({ metadata: anyMapping, install: anyMapping, run: anyMapping, parse: anyMapping }),
      ),
    ),
  ),
  from: required(text),
  name: required(text),
  path: required(text),
  parameters: anyMapping,
  timeout: withUnknown('rejected', serverTimeout),
});

const service = mapping({
  name: required(text),
  from: required(text),
  repository: required(text),
  path: required(text),
  service: text,
  timeout: withUnknown('rejected', serverTimeout),
});

function monitors({ keysSince }: ReleaseGate): Schema {
  const monitor = mapping({
    name: required(name),
    start: required(text),
    end: required(text),
    pattern: required(text),
    fixupdict: anyMapping,
    ...keysSince(202601, { expected: listOf(text) }),
  });
  return withUnknown('rejected', listOf(monitor));
}

function interactive({ since, keysSince }: ReleaseGate): Schema {
  const texts = listOf(textOfLength(1));
  const failure = mapping({
    message: required(text),
    exception: oneOf('InfrastructureError', 'JobError', 'TestError'),
    error: text,
  });
  const line = mapping({
    name,
    command: any(text, nothing),
    delay: integer,
    'lava-send': text,
    'lava-sync': text,
    'lava-wait': text,
    'lava-wait-all': text,
    wait_for_prompt: bool,
    failures: listOf(failure),
    successes: listOf(mapping({ message: required(text) })),
  });
  const script = mapping({
    name: required(name),
    prompts: required(since(202504, texts, anyList)),
    echo: exactly('discard'),
    ...keysSince(202601, { expected: texts }),
    script: required(listOf(line)),
  });
  return withUnknown('rejected', listOf(script));
}
