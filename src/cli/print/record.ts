import { describeSuspension } from '../../model/index.js';
import { describeCanary, type RecordSummary } from '../../app/records/index.js';

/** Describes for people what was last applied to a master. */
export function describeRecord(summary: RecordSummary): string[] {
  const { master, revision, appliedAt, objects, force, canary, suspension, cutOff } = summary;
  const lines = [
    revision === null
      ? `${master}: nothing was ever applied`
      : `${master}: ${revision}, applied ${appliedAt ?? ''}, ${objects} objects`,
  ];
  if (suspension !== null) lines.push(`  suspended ${describeSuspension(suspension)}`);
  if (force !== null) lines.push(`  safety limit passed by force: ${force}`);
  if (canary !== null) lines.push(`  ${describeCanary(canary)}`);
  if (cutOff !== null) {
    const { since, writes, tries, inMaintenance } = cutOff;
    lines.push(
      `  an apply is in progress or was interrupted, since ${since}: ${writes} objects written or about to be`,
    );
    if (tries !== null) {
      lines.push(`  canary ${tries} has the change, which is neither confirmed nor reverted yet`);
    }
    if (inMaintenance.length > 0) lines.push(`  in maintenance for it: ${inMaintenance.join(', ')}`);
  }
  return lines;
}
