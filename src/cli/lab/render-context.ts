import { parse } from 'yaml';

import { UsageError } from '../../diagnostics/index.js';

/** `arch=amd64`, `no_kvm=true`: what a job's `context` would say; the values are YAML. @throws UsageError */
export function parseContext(words: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      if (equals < 1) throw new UsageError(`${word} is not KEY=VALUE`);
      try {
        return [word.slice(0, equals), parse(word.slice(equals + 1)) as unknown];
      } catch (error) {
        throw new UsageError(
          `the value of ${word} is not YAML: ${error instanceof Error ? error.message : ''}`,
        );
      }
    }),
  );
}
