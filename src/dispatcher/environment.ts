import { readEnvironment } from '../job/index.js';

/** The environment of a job's process, or why env.yaml cannot be used. */
export type JobEnvironment =
  | { readonly ok: true; readonly variables: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly reason: string };

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The environment that env.yaml specifies, with what the dispatcher itself adds for jobs.
 * @param text env.yaml; empty: use the dispatcher's own environment
 * @param own the dispatcher's own environment
 * @param path directories to put before PATH
 * @param added variables that the dispatcher always sets, whatever env.yaml specifies
 */
export function buildEnvironment(
  text: string,
  own: Readonly<Record<string, string | undefined>>,
  path: readonly string[],
  added: Readonly<Record<string, string>>,
): JobEnvironment {
  const read = readEnvironment(text);
  if (!read.ok) return { ok: false, reason: `env.yaml: ${read.problem}` };
  const { environment } = read;
  const variables: Record<string, string> = {};
  if (!environment.purge) {
    for (const [name, value] of Object.entries(own)) if (value !== undefined) variables[name] = value;
  }
  const kept = Object.entries(variables).filter(([name]) => !environment.removes.has(name));
  const result = { ...Object.fromEntries(kept), ...environment.overrides, ...added };
  const search = [...path, result['PATH'] ?? defaultPath];
  return { ok: true, variables: { ...result, PATH: search.join(':') } };
}
