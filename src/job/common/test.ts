import {
  any,
  anyMapping,
  bool,
  dictOf,
  exactly,
  integer,
  listOf,
  mapping,
  missingKeyOf,
  nothing,
  oneOf,
  oneOfKinds,
  patternText,
  record,
  required,
  step,
  text,
  textOfLength,
  valueAt,
  type Fault,
  type Keys,
  type ReleaseGate,
  type Schema,
  type Trail,
} from '../schema/index.js';
import { testResults } from '../facts.js';
import { actionKeys, dockerKeys, strings, testName } from './action.js';

const notEmpty = textOfLength(1);
const fixups = record(oneOf(...testResults));

/** The schemas of `test` by kind (`lava_common/schemas/test`). */
export function testSchemas(gate: ReleaseGate): ReadonlyMap<string, Schema> {
  const common = actionKeys(gate);
  const { keysSince } = gate;
  const definitions = { definitions: required(listOf(definition(gate))) };
  const docker = {
    docker: required(mapping(dockerKeys(gate))),
    ...keysSince(202101, { 'downloads-namespace': text }),
    ...keysSince(202601, { disconnect_connection: bool }),
  };
  return new Map([
    ['definition', mapping({ ...common, ...definitions })],
    ['docker', mapping({ ...common, ...definitions, ...docker })],
    ['interactive', mapping({ ...common, interactive: required(listOf(interactive(gate))) })],
    ['monitor', mapping({ ...common, monitors: required(listOf(monitor(gate))) })],
    ['service', mapping({ ...common, services: required(listOf(service())) })],
  ]);
}

/** The sources of a definition in git. */
const git: Keys = {
  repository: required(text),
  from: required(exactly('git')),
  branch: text,
  history: bool,
  revision: text,
};

function definition(gate: ReleaseGate): Schema {
  const { since, keysSince } = gate;
  const common: Keys = {
    path: required(text),
    name: required(testName),
    skip_install: listOf(oneOf('keys', 'sources', 'deps', 'steps', 'git-repos', 'all')),
    'lava-signal': oneOf('kmsg', 'stdout'),
    ...keysSince(202601, { expected: strings }),
  };
  const parameters: Keys = { parameters: anyMapping, params: anyMapping };
  const sources = {
    git: mapping({
      ...common,
      ...git,
      ...parameters,
      ...keysSince(202506, { recursive: bool }),
      ...keysSince(202610, { shallow: bool }),
    }),
    url: mapping({
      ...common,
      ...parameters,
      repository: required(text),
      from: required(exactly('url')),
      compression: since<Keys[string]>(202302, text, required(text)),
      ...keysSince(202506, { headers: anyMapping }),
      ...keysSince(202606, { 'strip-components': integer }),
    }),
    inline: mapping({ ...common, repository: required(inline(gate)), from: required(exactly('inline')) }),
  };
  const choose = (value: unknown, at: Trail | null): Schema | readonly Fault[] => {
    const from = valueAt(value, 'from');
    if (from === undefined) return dictOf(value) === null ? [] : [missingKeyOf(value, 'from', at)];
    if (from === 'git' || from === 'url' || from === 'inline') return sources[from];
    return oneOf(...Object.keys(sources)).check(from, step(at, 'from'), 'ignored') ?? [];
  };
  return oneOfKinds(choose, ...Object.values(sources));
}

/** A definition that is part of the job. */
function inline({ since, keysSince }: ReleaseGate): Schema {
  const repository = mapping({ url: text, branch: text, destination: text });
  return mapping({
    metadata: required(
      mapping({
        format: required(exactly('Lava-Test Test Definition 1.0')),
        name: required(text),
        description: text,
        environment: strings,
        devices: strings,
        maintainer: strings,
        scope: strings,
        os: strings,
      }),
    ),
    install: mapping(
      {
        deps: strings,
        'git-repos': since(202602, listOf(any(text, repository)), strings),
        keys: strings,
        steps: strings,
        sources: strings,
      },
      { others: { keys: patternText(/^deps-[^\n]/, 'a string that starts with "deps-"'), values: strings } },
    ),
    ...keysSince(202108, { parameters: anyMapping, params: anyMapping }),
    parse: mapping({ fixupdict: fixups }),
    run: mapping({ steps: required(strings) }),
    ...keysSince(202601, { expected: strings }),
  });
}

function interactive({ keysSince }: ReleaseGate): Schema {
  const line = mapping({
    command: any(text, nothing),
    delay: integer,
    'lava-send': text,
    'lava-sync': text,
    'lava-wait': text,
    'lava-wait-all': text,
    name: testName,
    wait_for_prompt: bool,
    successes: listOf(mapping({ message: required(notEmpty) })),
    failures: listOf(
      mapping({
        message: required(notEmpty),
        exception: oneOf('InfrastructureError', 'JobError', 'TestError'),
        error: notEmpty,
      }),
    ),
  });
  return mapping({
    name: required(testName),
    prompts: required(listOf(notEmpty)),
    echo: exactly('discard'),
    ...keysSince(202601, { expected: listOf(notEmpty) }),
    script: required(listOf(line)),
  });
}

function monitor({ keysSince }: ReleaseGate): Schema {
  return mapping({
    name: required(testName),
    start: required(text),
    end: required(text),
    pattern: required(text),
    fixupdict: fixups,
    ...keysSince(202601, { expected: strings }),
  });
}

function service(): Schema {
  const common: Keys = {
    name: required(testName),
    repository: required(text),
    path: required(text),
    service: text,
  };
  return any(
    mapping({ ...git, ...common, recursive: bool }),
    mapping({ ...common, from: required(exactly('url')), compression: text, headers: anyMapping }),
  );
}
