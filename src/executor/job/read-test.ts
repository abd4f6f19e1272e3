import {
  anything,
  asMapping,
  bool,
  list,
  literal,
  mapping,
  matching,
  nonEmptyText,
  optional,
  pattern,
  record,
  refused,
  required,
  text,
  wholeNumber,
  type Problems,
} from './check.js';
import type { InteractiveCommand, InteractiveFailure, TestBlock, TestResult } from './definition.js';
import { commonFields, toCommon } from './read-block.js';
import { readDefinition } from './read-inline.js';

const name = matching(/^[-_a-zA-Z0-9.]+$/, "a name of letters, digits, '-', '_' and '.'");
const result = literal('pass', 'fail', 'skip', 'unknown');
const noMultinode = 'multinode jobs are not run here';

const testFields = { ...commonFields, 'connection-namespace': optional(nonEmptyText) };

const command = mapping({
  command: optional(commandText),
  delay: optional(wholeNumber(0)),
  name: optional(name),
  wait_for_prompt: optional(bool),
  successes: optional(list(mapping({ message: required(pattern) }))),
  failures: optional(
    list(
      mapping({
        message: required(pattern),
        exception: optional(literal('InfrastructureError', 'JobError', 'TestError')),
        error: optional(nonEmptyText),
      }),
    ),
  ),
  'lava-send': refused(noMultinode),
  'lava-sync': refused(noMultinode),
  'lava-wait': refused(noMultinode),
  'lava-wait-all': refused(noMultinode),
});

const interactive = mapping({
  ...testFields,
  interactive: required(
    list(
      mapping({
        name: required(name),
        prompts: required(list(pattern, 1)),
        echo: optional(literal('discard')),
        script: required(list(command)),
      }),
      1,
    ),
  ),
});

const monitors = mapping({
  ...testFields,
  monitors: required(
    list(
      mapping({
        name: required(name),
        start: required(pattern),
        end: required(pattern),
        pattern: required(pattern),
        fixupdict: optional(record(result)),
      }),
      1,
    ),
  ),
});

const definitions = mapping({
  ...testFields,
  definitions: required(list(anything, 1)),
  docker: refused('docker tests are not run here'),
});

/** `test` with interactive scripts, monitors or inline definitions. */
export function readTest(value: unknown, path: string, problems: Problems): TestBlock | undefined {
  const source = asMapping(value) ?? {};
  if ('definitions' in source) {
    const read = definitions(value, path, problems);
    if (read === undefined) return undefined;
    const known = read.definitions.map((item, index) =>
      readDefinition(item, `${path}.definitions[${index}]`, problems),
    );
    return toBlock(
      read,
      { how: 'definitions', definitions: known.filter((item) => item !== undefined) },
      path,
      problems,
    );
  }
  if ('interactive' in source) {
    const read = interactive(value, path, problems);
    if (read === undefined) return undefined;
    const scripts = read.interactive.map((script) => ({
      name: script.name,
      prompts: script.prompts,
      isEchoDiscarded: script.echo === 'discard',
      commands: script.script.map(toCommand),
    }));
    return toBlock(read, { how: 'interactive', scripts }, path, problems);
  }
  if ('monitors' in source) {
    const read = monitors(value, path, problems);
    if (read === undefined) return undefined;
    const known = read.monitors.map((monitor) => ({
      name: monitor.name,
      start: monitor.start,
      end: monitor.end,
      pattern: monitor.pattern,
      fixups: monitor.fixupdict ?? noFixups,
    }));
    return toBlock(read, { how: 'monitors', monitors: known }, path, problems);
  }
  problems.push(`${path}: needs definitions, interactive or monitors`);
  return undefined;
}

function toBlock(
  read: Parameters<typeof toCommon>[0] & { readonly 'connection-namespace': string | undefined },
  test: TestBlock['test'],
  path: string,
  problems: Problems,
): TestBlock {
  const common = toCommon(read, path, problems);
  return {
    kind: 'test',
    ...common,
    connectionNamespace: read['connection-namespace'] ?? common.namespace,
    test,
  };
}

function toCommand(read: NonNullable<ReturnType<typeof command>>): InteractiveCommand {
  return {
    command: read.command?.text ?? null,
    delayMs: read.delay === undefined ? undefined : read.delay * 1000,
    name: read.name,
    isPromptAwaited: read.wait_for_prompt ?? true,
    successes: (read.successes ?? []).map((success) => success.message),
    failures: (read.failures ?? []).map((failure): InteractiveFailure => ({
      message: failure.message,
      errorType: failure.exception === undefined ? undefined : errorTypes[failure.exception],
      error: failure.error,
    })),
  };
}

const errorTypes = { InfrastructureError: 'Infrastructure', JobError: 'Job', TestError: 'Test' } as const;

/** Keeps `command: null` (send nothing) apart from a command that could not be read. */
function commandText(value: unknown, path: string, problems: Problems): { text: string | null } | undefined {
  const known = value === null ? null : text(value, path, problems);
  return known === undefined ? undefined : { text: known };
}

const noFixups: ReadonlyMap<string, TestResult> = new Map();
