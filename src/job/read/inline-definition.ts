import { isMapping } from '../../pyyaml/index.js';
import type { TestDefinition } from '../definition.js';
import { testResults } from '../facts.js';
import { list, mapping, optional, record, reportMissing, required } from './collections.js';
import type { Place } from './place.js';
import { anything, literal, nonEmptyText, testName, text } from './values.js';

const repository = mapping({
  metadata: required(
    mapping({
      format: required(literal('Lava-Test Test Definition 1.0')),
      name: required(text),
      description: optional(text),
      environment: optional(anything),
      devices: optional(anything),
      maintainer: optional(anything),
      scope: optional(anything),
      os: optional(anything),
    }),
  ),
  install: optional(
    mapping({
      steps: optional(list(text)),
      deps: optional(anything),
      'git-repos': optional(anything),
      keys: optional(anything),
      sources: optional(anything),
    }),
  ),
  parameters: optional(record(anything)),
  params: optional(record(anything)),
  parse: optional(
    mapping({
      pattern: optional(nonEmptyText),
      fixupdict: optional(record(literal(...testResults))),
    }),
  ),
  run: optional(mapping({ steps: required(list(text)) })),
});

const definition = mapping({
  from: required(literal('inline')),
  name: required(testName),
  path: required(text),
  repository: required(repository),
  parameters: optional(record(anything)),
  params: optional(record(anything)),
  'lava-signal': optional(literal('kmsg', 'stdout')),
  skip_install: optional(list(literal('keys', 'sources', 'deps', 'steps', 'git-repos', 'all'))),
  branch: optional(anything),
  history: optional(anything),
  revision: optional(anything),
  compression: optional(anything),
});

/** Reads one of `test.definitions`. For definitions from git or a URL, it returns only their names. */
export function readDefinition(value: unknown, place: Place): TestDefinition | null {
  if (!isMapping(value) || !Object.hasOwn(value, 'from')) return reportMissing(place, 'from');
  const from = literal('inline', 'git', 'url')(value['from'], place.in('from'));
  if (from === 'git' || from === 'url') return { from };
  const read = from === null ? null : definition(value, place);
  if (read === null) return null;
  const { repository: source } = read;
  const skipped = read.skip_install ?? [];
  const areStepsSkipped = skipped.includes('steps') || skipped.includes('all');
  return {
    from: 'inline',
    name: read.name,
    path: read.path,
    installSteps: areStepsSkipped ? [] : (source.install?.steps ?? []),
    steps: source.run?.steps ?? [],
    parameters: readParameters([source.parameters, source.params, read.parameters, read.params], place),
    pattern: source.parse?.pattern,
    fixups: source.parse?.fixupdict ?? new Map(),
  };
}

/** If a name occurs twice, the later value applies. */
function readParameters(
  given: readonly (ReadonlyMap<string, unknown> | undefined)[],
  place: Place,
): (readonly [string, string])[] {
  const parameters = new Map<string, string>();
  for (const [key, item] of given.flatMap((some) => [...(some ?? [])])) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
      place.report(`the parameter ${JSON.stringify(key)} cannot be a shell variable`);
    }
    parameters.set(key, typeof item === 'string' ? item : JSON.stringify(item));
  }
  return [...parameters];
}
