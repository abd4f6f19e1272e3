/** The environments of a worker: env.yaml is for job processes, env-dut.yaml for test shells on the boards. */
import { findOtherKeys, isMapping, parseYaml, parseYamlTexts } from '../../pyyaml/index.js';

/** What env.yaml or env-dut.yaml specifies (LAVA, all releases). */
export interface WorkerEnvironment {
  /** Start with an empty environment instead of the dispatcher's own. */
  readonly purge: boolean;
  /** Names of variables to remove. */
  readonly removes: ReadonlySet<string>;
  /** Variables to set. */
  readonly overrides: Readonly<Record<string, string>>;
}

export type ReadEnvironment =
  | { readonly ok: true; readonly environment: WorkerEnvironment }
  | { readonly ok: false; readonly problem: string };

export type ReadOverrides =
  | { readonly ok: true; readonly overrides: WorkerEnvironment['overrides'] }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a complete env.yaml or env-dut.yaml, as PyYAML does. A file that contains nothing, or only comments, specifies
 * nothing. A key with nothing after it is an error, as in LAVA (`create_environ` of every release raises TypeError). If
 * the value of a variable is not a YAML string, such as `yes` or `010`, the variable is set to the text as written. LAVA
 * fails on such values, so a lab must quote them.
 */
export function readEnvironment(text: string): ReadEnvironment {
  const keys = readKeys(text);
  if (typeof keys === 'string') return { ok: false, problem: keys };
  const purge = keys.value['purge'] ?? false;
  if (typeof purge !== 'boolean') return { ok: false, problem: '`purge` is not true or false' };
  const removes = isAbsent(keys.value['removes']) ? [] : keys.texts['removes'];
  if (keys.value['removes'] === null) return { ok: false, problem: '`removes` is empty' };
  if (!isListOfTexts(removes)) return { ok: false, problem: '`removes` is not a list of names' };
  const overrides = overridesOf(keys);
  if (typeof overrides === 'string') return { ok: false, problem: overrides };
  return { ok: true, environment: { purge, removes: new Set(removes), overrides } };
}

/**
 * Like {@link readEnvironment}, but reads only the variables for the board: the other keys of env-dut.yaml are about the
 * variables of the worker. LAVA passes a file on only if it is not empty, and fails on one that contains only comments
 * (`_create_environment` of every release).
 */
export function readOverrides(text: string): ReadOverrides {
  const keys = text === '' ? { value: {}, texts: {} } : readKeys(text, 'it contains nothing but comments');
  const overrides = typeof keys === 'string' ? keys : overridesOf(keys);
  return typeof overrides === 'string' ? { ok: false, problem: overrides } : { ok: true, overrides };
}

/** The keys of a file, once with YAML's values and once with every scalar as written. */
interface Keys {
  readonly value: Readonly<Record<string, unknown>>;
  readonly texts: Readonly<Record<string, unknown>>;
}

/**
 * @param onlyComments the problem if the text contains nothing but comments; without it, such a text has no keys
 * @returns the problem if the text is not a mapping
 */
function readKeys(text: string, onlyComments?: string): Keys | string {
  const parsed = parseYaml(text);
  const written = parseYamlTexts(text);
  if (!parsed.ok || !written.ok) return 'it is not valid YAML';
  if (parsed.value === null || parsed.value === undefined) return onlyComments ?? { value: {}, texts: {} };
  if (!isMapping(parsed.value) || !isMapping(written.value)) return 'it is not a mapping';
  const other = findOtherKeys(text)[0];
  if (other !== undefined) return `the key ${other.text} is not a string`;
  return { value: parsed.value, texts: written.value };
}

function overridesOf({ value, texts }: Keys): WorkerEnvironment['overrides'] | string {
  const [values, written] = [value['overrides'], texts['overrides']];
  if (isAbsent(values)) return {};
  if (values === null) return '`overrides` is empty';
  if (!isMapping(values) || !isMapping(written)) return '`overrides` is not a mapping';
  const overrides: Record<string, string> = {};
  for (const [name, content] of Object.entries(written)) {
    const entry = values[name] === null ? '' : content;
    if (typeof entry !== 'string') return `the value of ${name} is not a string`;
    if (!isVariableName(name)) return `${JSON.stringify(name)} cannot be the name of a variable`;
    if (!isVariableValue(entry)) return `the value of ${name} contains a NUL character`;
    overrides[name] = entry;
  }
  return overrides;
}

/** Whether an operating system accepts the name of an environment variable. */
export function isVariableName(name: string): boolean {
  return name !== '' && !/[=\0]/.test(name);
}

export function isVariableValue(value: string): boolean {
  return !value.includes('\0');
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** An empty string has neither names nor variables, and LAVA accepts it. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === '';
}
