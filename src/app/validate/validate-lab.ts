import type { Finding } from '../../diagnostics/index.js';
import { placeOf } from '../state/index.js';
import { readLab } from '../lab/index.js';

/**
 * Returns every finding in a lab. A template source that cannot be reached is one of them: it must not hide the others.
 * @param options.rev a committed revision; default: the working tree
 * @throws UsageError like `readLab`
 * @throws ExternalError like `readLab`
 */
export async function validateLab(options: {
  readonly lab: string;
  readonly rev?: string | undefined;
}): Promise<readonly Finding[]> {
  const { state } = placeOf(options.lab);
  const { findings } = await readLab(options.lab, options.rev ?? null, state, undefined, undefined, true);
  return findings;
}
