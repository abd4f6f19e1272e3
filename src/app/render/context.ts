import { UsageError } from '../../diagnostics/index.js';
import { parseYaml } from '../../pyyaml/index.js';

/**
 * Reads words such as `arch=amd64` and `no_kvm=true`, which the `context` of a job would contain. The values are YAML as
 * LAVA reads it: `yes` is true.
 * @throws UsageError when an argument is not KEY=VALUE, or its value is not YAML
 */
export function parseContext(words: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      if (equals < 1) throw new UsageError(`${word} is not KEY=VALUE`);
      const parsed = parseYaml(word.slice(equals + 1));
      if (!parsed.ok) throw new UsageError(`the value of ${word} is not YAML: ${parsed.problem.message}`);
      return [word.slice(0, equals), parsed.value];
    }),
  );
}
