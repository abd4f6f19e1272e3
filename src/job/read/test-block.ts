import { isMapping } from '../../pyyaml/index.js';
import type {
  InteractiveCommand,
  InteractiveFailure,
  InteractiveScript,
  Monitor,
  TestBlock,
  TestResult,
} from '../definition.js';
import { testResults } from '../facts.js';
import { commonFields, toCommon } from './block.js';
import { list, mapping, optional, record, required } from './collections.js';
import { readDefinition } from './inline-definition.js';
import type { Place } from './place.js';
import { anything, bool, literal, nonEmptyText, testName, text, wholeNumber } from './values.js';

const result = literal(...testResults);

const testFields = { ...commonFields, 'connection-namespace': optional(nonEmptyText) };

const command = mapping({
  command: optional(commandText),
  delay: optional(wholeNumber(0)),
  name: optional(testName),
  wait_for_prompt: optional(bool),
  successes: optional(list(mapping({ message: required(nonEmptyText) }))),
  failures: optional(
    list(
      mapping({
        message: required(nonEmptyText),
        exception: optional(literal('InfrastructureError', 'JobError', 'TestError')),
        error: optional(nonEmptyText),
      }),
    ),
  ),
  'lava-send': optional(text),
  'lava-sync': optional(text),
  'lava-wait': optional(text),
  'lava-wait-all': optional(text),
});

const interactive = mapping({
  ...testFields,
  interactive: required(
    list(
      mapping({
        name: required(testName),
        prompts: required(list(nonEmptyText, 1)),
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
        name: required(testName),
        start: required(nonEmptyText),
        end: required(nonEmptyText),
        pattern: required(nonEmptyText),
        fixupdict: optional(record(result)),
      }),
      1,
    ),
  ),
});

const definitions = mapping({
  ...testFields,
  definitions: required(list(readDefinition, 1)),
  docker: optional(anything),
  'downloads-namespace': optional(text),
});

/** Reads `test` with interactive scripts, monitors or definitions. */
export function readTest(value: unknown, place: Place): TestBlock | null {
  const source = isMapping(value) ? value : {};
  if ('definitions' in source) {
    const read = definitions(value, place);
    return read && toBlock(read, { how: 'definitions', definitions: read.definitions }, place);
  }
  if ('interactive' in source) {
    const read = interactive(value, place);
    return read && toBlock(read, { how: 'interactive', scripts: read.interactive.map(toScript) }, place);
  }
  if ('monitors' in source) {
    const read = monitors(value, place);
    return read && toBlock(read, { how: 'monitors', monitors: read.monitors.map(toMonitor) }, place);
  }
  return place.report('requires definitions, interactive or monitors');
}

function toBlock(
  read: Parameters<typeof toCommon>[0] & { readonly 'connection-namespace': string | undefined },
  test: TestBlock['test'],
  place: Place,
): TestBlock {
  const common = toCommon(read, place);
  return {
    kind: 'test',
    ...common,
    connectionNamespace: read['connection-namespace'] ?? common.namespace,
    test,
  };
}

type ReadScript = NonNullable<ReturnType<typeof interactive>>['interactive'][number];

function toScript(script: ReadScript): InteractiveScript {
  return {
    name: script.name,
    prompts: script.prompts,
    isEchoDiscarded: script.echo === 'discard',
    commands: script.script.map(toCommand),
  };
}

function toMonitor(monitor: NonNullable<ReturnType<typeof monitors>>['monitors'][number]): Monitor {
  return {
    name: monitor.name,
    start: monitor.start,
    end: monitor.end,
    pattern: monitor.pattern,
    fixups: monitor.fixupdict ?? noFixups,
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

/** Distinguishes `command: null` (send nothing) from a command that could not be read. */
function commandText(value: unknown, place: Place): { readonly text: string | null } | null {
  if (value === null) return { text: null };
  const known = text(value, place);
  return known === null ? null : { text: known };
}

const noFixups: ReadonlyMap<string, TestResult> = new Map();
