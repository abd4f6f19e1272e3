import { isMapping, parseYaml, type YamlProblem } from '../../pyyaml/index.js';

/** Why a rendered dictionary is not a device configuration. */
export type ConfigurationProblem = YamlProblem | 'not-a-mapping';

/** Reads a rendered dictionary as a device configuration. */
export function readConfiguration(
  rendered: string,
):
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: ConfigurationProblem } {
  const parsed = parseYaml(rendered);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  return isMapping(value) ? { ok: true, value } : { ok: false, problem: 'not-a-mapping' };
}
