/**
 * The schema that `jobs validate` applies to a job (`lava_common/schemas`), per release since 2020.12. Without `--strict`,
 * mappings may have unknown keys.
 */
import type { ReleaseNumber } from '../../model/index.js';
import {
  dictOf,
  mapping,
  missingKeyOf,
  perRelease,
  required,
  similarTo,
  step,
  text,
  valueAt,
  type Fault,
  type ReleaseGate,
  type Schema,
  type Trail,
  type UnknownKeys,
} from '../schema/index.js';
import { bootSchemas } from './boot.js';
import { firstKindOf } from '../facts.js';
import { requiresTestKind, testKinds } from '../test-kinds.js';
import { unknownKind } from '../wording.js';
import { checkAcrossKeys } from './checks.js';
import { actionKeys } from './action.js';
import { deploySchemas } from './deploy.js';
import { jobSchema } from './job.js';
import { testSchemas } from './test.js';

/** @param isStrict whether unknown keys are rejected */
export function validateJob(
  job: unknown,
  release: ReleaseNumber,
  isStrict: boolean,
  extraContextVariables: readonly string[],
): readonly Fault[] {
  const rules = rulesOf(release);
  // Debian 13, which has LAVA 2024.09, was the first to have a newer Voluptuous.
  const ignored = rules.gate.since<UnknownKeys>(202409, 'ignored-if-named', 'ignored');
  const unknown = isStrict ? 'rejected' : ignored;
  const faults = jobSchema(rules.gate, extraContextVariables).check(job, null, unknown);
  const actions = valueAt(job, 'actions');
  const inActions = Array.isArray(actions)
    ? actions.flatMap((action, index) => checkAction(action, index, rules, unknown))
    : [];
  return [...checkAcrossKeys(job, rules.gate), ...(faults ?? []), ...inActions];
}

interface Rules {
  readonly gate: ReleaseGate;
  readonly boot: ReadonlyMap<string, Schema>;
  readonly deploy: ReadonlyMap<string, Schema>;
  readonly test: ReadonlyMap<string, Schema>;
  readonly command: Schema;
}

const rulesOf = perRelease((gate): Rules => ({
  gate,
  boot: bootSchemas(gate),
  deploy: deploySchemas(gate),
  test: testSchemas(gate),
  command: mapping({ ...actionKeys(gate), name: required(text) }),
}));

function checkAction(action: unknown, index: number, rules: Rules, unknown: UnknownKeys): readonly Fault[] {
  const first = firstKindOf(action);
  if (first === null || dictOf(first.body) === null) return [];
  const at = step(step(step(null, 'actions'), index), first.kind);
  const schema = schemaOf(first.kind, first.body, rules, at);
  if ('message' in schema) return [schema];
  return schema.check(first.body, at, unknown) ?? [];
}

function schemaOf(kind: string, body: unknown, rules: Rules, at: Trail): Schema | Fault {
  switch (kind) {
    case 'boot':
      return chosenBy('method', body, rules.boot, at);
    case 'deploy':
      return chosenBy('to', body, rules.deploy, at);
    case 'command':
      return rules.command;
    case 'test':
      return testSchema(body, rules, at);
    default:
      return { at, ...unknownKind };
  }
}

/** LAVA finds the schema by the name of a Python module, in which hyphens are underscores. */
function chosenBy(
  key: string,
  body: unknown,
  schemas: ReadonlyMap<string, Schema>,
  at: Trail,
): Schema | Fault {
  const name = valueAt(body, key);
  if (name === undefined) return missingKeyOf(body, key, at);
  const schema = typeof name === 'string' ? schemas.get(name) : undefined;
  if (schema !== undefined) return schema;
  const names = [...schemas.keys()].sort();
  return {
    at: step(at, key),
    message:
      typeof name === 'string'
        ? `${JSON.stringify(name.slice(0, 60))} is not a known ${key === 'to' ? 'destination' : 'method'}`
        : 'expected a string',
    hint: () => similarTo(name, names) ?? `Use one of: ${names.join(', ')}.`,
  };
}

function testSchema(body: unknown, { test, gate }: Rules, at: Trail): Schema | Fault {
  const keys = dictOf(body);
  const found = testKinds(gate).find(({ key }) => keys?.has(key));
  const name = found?.name === 'definition' && keys?.has('docker') === true ? 'docker' : found?.name;
  const schema = name === undefined ? undefined : test.get(name);
  return schema ?? requiresTestKind(body, gate, at);
}
