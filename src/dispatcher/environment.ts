import { parse } from 'yaml';

/** The environment of a job's process, or why env.yaml gives none. */
export type JobEnvironment =
  | { readonly ok: true; readonly variables: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly reason: string };

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The environment that env.yaml asks for (LAVA: `purge: true` starts empty, `removes` takes variables away,
 * `overrides` sets them), with what the dispatcher itself adds for jobs.
 * @param text env.yaml; empty: the dispatcher's own environment
 * @param path directories that go before PATH
 */
export function buildEnvironment(
  text: string,
  own: Readonly<Record<string, string | undefined>>,
  path: readonly string[],
  added: Readonly<Record<string, string>>,
): JobEnvironment {
  const settings = readSettings(text);
  if (typeof settings === 'string') return { ok: false, reason: `env.yaml: ${settings}` };
  const variables: Record<string, string> = {};
  if (!settings.purge) {
    for (const [name, value] of Object.entries(own)) if (value !== undefined) variables[name] = value;
  }
  const kept = Object.entries(variables).filter(([name]) => !settings.removes.has(name));
  const result = { ...Object.fromEntries(kept), ...settings.overrides, ...added };
  const search = [...path, result['PATH'] ?? defaultPath];
  return { ok: true, variables: { ...result, PATH: search.join(':') } };
}

interface Settings {
  readonly purge: boolean;
  readonly removes: ReadonlySet<string>;
  readonly overrides: Readonly<Record<string, string>>;
}

function readSettings(text: string): Settings | string {
  let value: unknown;
  try {
    // Every scalar is the text that is written there: a variable's value is not a number or a truth.
    value = parse(text, { schema: 'failsafe', maxAliasCount: 100, logLevel: 'error' });
  } catch {
    return 'it is not valid YAML';
  }
  if (isEmpty(value)) return { purge: false, removes: new Set(), overrides: {} };
  if (!isMapping(value)) return 'it is not a mapping';
  const purge = readTruth(value['purge']);
  if (purge === null) return '`purge` is not true or false';
  const removes = isEmpty(value['removes']) ? [] : value['removes'];
  if (!Array.isArray(removes) || !removes.every((name) => typeof name === 'string')) {
    return '`removes` is not a list of names';
  }
  const overrides = readOverrides(value['overrides']);
  return typeof overrides === 'string' ? overrides : { purge, removes: new Set(removes), overrides };
}

/** As LAVA reads it, which is YAML 1.1. */
function readTruth(value: unknown): boolean | null {
  if (isEmpty(value)) return false;
  if (typeof value !== 'string') return null;
  if (/^(true|yes|on)$/i.test(value)) return true;
  return /^(false|no|off)$/i.test(value) ? false : null;
}

function readOverrides(value: unknown): Record<string, string> | string {
  if (isEmpty(value)) return {};
  if (!isMapping(value)) return '`overrides` is not a mapping';
  const overrides: Record<string, string> = {};
  for (const [name, entry] of Object.entries(value)) {
    const content = entry ?? '';
    if (typeof content !== 'string') return `the value of ${name} is not text`;
    if (name === '' || /[=\0]/.test(name) || content.includes('\0')) return 'a name or value cannot be used';
    overrides[name] = content;
  }
  return overrides;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
