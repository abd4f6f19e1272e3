import type { Finding } from '../../diagnostics/index.js';
import { placeOf } from '../state/index.js';
import { readLab } from '../lab/index.js';

/**
 * Returns every finding in a lab.
 * @param options.rev a committed revision; default: the working tree
 * @throws UsageError like `readLab`
 * @throws ExternalError like `readLab`
 */
export async function validateLab(options: {
  readonly lab: string;
  readonly rev?: string | undefined;
}): Promise<readonly Finding[]> {
  const { findings } = await readLab(options.lab, options.rev ?? null, placeOf(options.lab).state);
  return findings;
}
