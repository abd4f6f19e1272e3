import type { RecordSummary } from '../../app/records/index.js';
import { describeCanary } from './canary.js';

/** What was applied to a master, for people. */
export function describeRecord(summary: RecordSummary): string[] {
  const { master, revision, appliedAt, objects, force, canary, cutOff } = summary;
  const lines = [
    revision === null
      ? `${master}: nothing was ever applied`
      : `${master}: ${revision}, applied ${appliedAt ?? ''}, ${objects} objects`,
  ];
  if (force !== null) lines.push(`  past a limit: ${force}`);
  if (canary !== null) lines.push(`  ${describeCanary(canary)}`);
  if (cutOff !== null) {
    const { since, writes, tries, inMaintenance } = cutOff;
    lines.push(`  under way or interrupted since ${since}: ${writes} objects written or about to be`);
    if (tries !== null) {
      lines.push(`  ${tries} tries the change first; it is neither proven nor put back yet`);
    }
    if (inMaintenance.length > 0) lines.push(`  in maintenance for it: ${inMaintenance.join(', ')}`);
  }
  return lines;
}
