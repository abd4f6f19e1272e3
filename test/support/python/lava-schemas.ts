import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export type SchemaKind = 'device' | 'submission' | 'validate';

/** Why Debian's LAVA (2023.01) rejects each text, or null if it accepts it. All in one process. */
export function askLavaSchemas(
  cases: readonly (readonly [kind: SchemaKind, text: string])[],
): readonly (string | null)[] {
  const script = join(import.meta.dirname, 'lava-schemas.py');
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-W', 'ignore', script], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as (string | null)[];
}
