import {
  anything,
  asMapping,
  list,
  literal,
  mapping,
  matching,
  optional,
  pattern,
  record,
  refused,
  required,
  text,
  type Problems,
} from './check.js';
import type { InlineDefinition } from './definition.js';

const onlyInline = 'only inline definitions are run here';
const noPackages = 'is not done here: put the commands into install steps';

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
      deps: refused(noPackages),
      'git-repos': refused(noPackages),
      keys: refused(noPackages),
      sources: refused(noPackages),
    }),
  ),
  parameters: optional(record(anything)),
  params: optional(record(anything)),
  parse: optional(
    mapping({
      pattern: optional(pattern),
      fixupdict: optional(record(literal('pass', 'fail', 'skip', 'unknown'))),
    }),
  ),
  run: optional(mapping({ steps: required(list(text)) })),
});

const definition = mapping({
  from: required(literal('inline')),
  name: required(matching(/^[-_a-zA-Z0-9.]+$/, "a name of letters, digits, '-', '_' and '.'")),
  path: required(text),
  repository: required(anything),
  parameters: optional(record(anything)),
  params: optional(record(anything)),
  'lava-signal': optional(literal('stdout')),
  skip_install: optional(list(literal('keys', 'sources', 'deps', 'steps', 'git-repos', 'all'))),
  branch: refused(onlyInline),
  history: refused(onlyInline),
  revision: refused(onlyInline),
  compression: refused(onlyInline),
});

/** One of `test.definitions`, which must be inline. */
export function readDefinition(
  value: unknown,
  path: string,
  problems: Problems,
): InlineDefinition | undefined {
  const from = asMapping(value)?.['from'];
  if (typeof from === 'string' && from !== 'inline') {
    problems.push(`${path}.from: ${JSON.stringify(from)}: ${onlyInline}`);
    return undefined;
  }
  const read = definition(value, path, problems);
  const source = read && repository(read.repository, `${path}.repository`, problems);
  if (read === undefined || source === undefined) return undefined;
  if (read.name === 'lava') problems.push(`${path}.name: 'lava' is reserved`);
  const skipped = read.skip_install ?? [];
  const areStepsSkipped = skipped.includes('steps') || skipped.includes('all');
  const parameters = new Map<string, string>();
  for (const given of [source.parameters, source.params, read.parameters, read.params]) {
    for (const [key, item] of given ?? []) {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
        problems.push(`${path}: the parameter ${JSON.stringify(key)} cannot be a shell variable`);
      }
      parameters.set(key, typeof item === 'string' ? item : JSON.stringify(item));
    }
  }
  return {
    name: read.name,
    path: read.path,
    installSteps: areStepsSkipped ? [] : (source.install?.steps ?? []),
    steps: source.run?.steps ?? [],
    parameters: [...parameters],
    pattern: source.parse?.pattern,
    fixups: source.parse?.fixupdict ?? new Map(),
  };
}
