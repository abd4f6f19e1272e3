import { sortFindings, type Finding } from '../../diagnostics/index.js';
import { placeOf } from '../state/index.js';
import { findOutdatedCodeowners } from '../codeowners/index.js';
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
  const revision = options.rev ?? null;
  const reading = await readLab(options.lab, revision, state, undefined, undefined, true);
  const outdated = await findOutdatedCodeowners(options.lab, revision, reading);
  return outdated.length === 0 ? reading.findings : sortFindings([...reading.findings, ...outdated]);
}
