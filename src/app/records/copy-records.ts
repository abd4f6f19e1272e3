import { UsageError } from '../../diagnostics/index.js';
import type { LockWait } from '../../reconcile/index.js';
import { openLab, type LabFeedback } from '../lab/index.js';
import { openRecords, type OpenRecords } from '../request/index.js';

/** Names of masters, by what happened to their records. */
export interface CopiedRecords {
  readonly copied: readonly string[];
  /** The other place already has a record, which was not changed. */
  readonly wereThere: readonly string[];
  /** Nothing was ever applied. */
  readonly nothing: readonly string[];
}

const lockWaitMs = 30_000;

/**
 * Copies the records of a lab's masters to another place, except those that it already has.
 * @param feedback.onWait called when another process holds a lock
 * @throws UsageError when the lab or a place cannot be used
 * @throws ExternalError
 */
export async function copyRecords(
  options: { readonly lab: string; readonly from: string; readonly to: string },
  feedback: LabFeedback & { readonly onWait: (wait: LockWait) => void },
): Promise<CopiedRecords> {
  if (options.from === options.to) throw new UsageError('--from and --to specify the same place');
  const { lab, place } = await openLab(options.lab, null, feedback);
  const from = openRecords(place, options.from);
  const to = openRecords(place, options.to);
  const masters = { copied: [] as string[], wereThere: [] as string[], nothing: [] as string[] };
  for (const master of lab.masters.keys()) {
    const outcome = await from.records.withLock(
      master,
      lockWaitMs,
      () => copyRecord(master, from, to, feedback.onWait),
      feedback.onWait,
    );
    masters[outcome].push(master);
  }
  return masters;
}

async function copyRecord(
  master: string,
  from: OpenRecords,
  to: OpenRecords,
  onWait: (wait: LockWait) => void,
): Promise<keyof CopiedRecords> {
  const [record, intent] = [await from.records.read(master), await from.records.readIntent(master)];
  const suspension = await from.records.readSuspension(master);
  if (record === null && intent === null && suspension === null) return 'nothing';
  const copyThere = async (): Promise<keyof CopiedRecords> => {
    const isThere =
      (await to.records.read(master)) !== null ||
      (await to.records.readIntent(master)) !== null ||
      (await to.records.readSuspension(master)) !== null;
    if (isThere) return 'wereThere';
    const notes = await from.drift.read(master);
    if (notes.seen.length + notes.putBack.length > 0) await to.drift.write(master, notes);
    if (suspension !== null) await to.records.writeSuspension(master, suspension);
    if (intent !== null) await to.records.writeIntent(master, intent);
    if (record !== null) await to.records.write(record);
    return 'copied';
  };
  return await to.records.withLock(master, to.lockWaitMs ?? lockWaitMs, copyThere, onWait);
}
