import { identifyLab } from '../../git/index.js';
import { readBuildId } from '../../package/index.js';
import { expectOwnState, placeOf } from '../state/index.js';
import { readKeptLab, type LabKey } from './kept-lab.js';
import type { LabFeedback, PlannableLab } from './usable-lab.js';

/** A lab that an earlier command has read, or what a lab that is read now has to be kept under. */
export interface KeptOrKey {
  /** null: the lab has to be read. */
  readonly kept: PlannableLab | null;
  /** null: it cannot be identified, which reading it reports. */
  readonly key: (LabKey & { readonly commit: string }) | null;
}

/**
 * The desired state at a committed revision, for use cases that need nothing else, if an earlier command has kept it
 * (kept-lab.ts). Its findings are reported as when it was read.
 * @throws UsageError when this machine's state is committed
 * @throws ExternalError
 */
export async function openKeptLab(
  directory: string,
  revision: string,
  feedback: LabFeedback,
): Promise<KeptOrKey> {
  const place = placeOf(directory);
  // A committed cache could claim anything.
  const [identity] = await Promise.all([identifyLab(directory, revision), expectOwnState(directory)]);
  if (identity === null) return { kept: null, key: null };
  const { repository, commit, tree } = identity;
  const key = { build: readBuildId(), tree, commit };
  const kept = await readKeptLab(place.state, key);
  if (kept === null) return { kept: null, key };
  if (kept.findings.length > 0) feedback.onFindings(kept.findings);
  const { lab, templates } = kept;
  return { kept: { lab, templates, place, hasErrors: false, repository, revision: commit }, key };
}
