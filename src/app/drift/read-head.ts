/**
 * Reads the files of a lab for a report of drift. Loaded only if an earlier command has not kept the desired state,
 * because it needs most of lavaflow's code.
 */
import { commitOf, type AppliedRecord } from '../../model/index.js';
import {
  isDecidedByFiles,
  keepLab,
  openLab,
  type KeptOrKey,
  type LabFeedback,
  type UsableLab,
} from '../lab/index.js';
import { lookAhead, type MasterAhead } from '../request/index.js';
import { placeOf } from '../state/index.js';
import type { DriftOptions } from './options.js';

export { openLab };

/**
 * Reads the lab, begins to read its master meanwhile, and keeps the desired state for the next command.
 * @throws UsageError
 * @throws ExternalError
 */
export async function readHead(
  options: DriftOptions,
  key: KeptOrKey['key'],
  feedback: LabFeedback,
): Promise<UsableLab & { readonly ahead: MasterAhead | null }> {
  let ahead: MasterAhead | null = null;
  const place = placeOf(options.lab);
  const rev = options.rev ?? 'HEAD';
  const lab = await openLab(options.lab, rev, feedback, undefined, async (files, revision) => {
    const isWanted = (record: AppliedRecord): boolean =>
      options.rev !== undefined || commitOf(record.revision) === commitOf(revision);
    ahead = await lookAhead(files, { ...options, place }, isWanted);
  });
  // Another commit may have been made since the lab was identified.
  if (key?.commit === lab.revision && isDecidedByFiles(lab.files)) await keepLab(place.state, key, lab);
  return { ...lab, ahead };
}
