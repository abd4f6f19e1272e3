import { isSuspended, type CanaryResult, type Suspension } from '../../model/index.js';
import { openLab, type LabFeedback } from '../lab/index.js';
import { openRecords } from '../request/index.js';

/** What was last applied to a master, and an apply that has not finished. */
export interface RecordSummary {
  readonly master: string;
  /** Null: nothing was ever applied. */
  readonly revision: string | null;
  /** ISO 8601. */
  readonly appliedAt: string | null;
  readonly objects: number;
  /** The reason that was given for passing a safety limit. */
  readonly force: string | null;
  readonly canary: CanaryResult | null;
  /** The suspension that is active. */
  readonly suspension: Suspension | null;
  /** An apply that is in progress or was interrupted. */
  readonly cutOff: {
    /** ISO 8601. */
    readonly since: string;
    readonly writes: number;
    /** The device that gets the change first. */
    readonly tries: string | null;
    readonly inMaintenance: readonly string[];
  } | null;
}

/**
 * @throws UsageError when the lab cannot be used, or `options.records` is not a place
 * @throws ExternalError
 */
export async function showRecords(
  options: { readonly lab: string; readonly records: string },
  feedback: LabFeedback,
): Promise<readonly RecordSummary[]> {
  const { lab, place } = await openLab(options.lab, null, feedback);
  const { records } = openRecords(place, options.records);
  const now = new Date();
  const summaries: RecordSummary[] = [];
  for (const master of lab.masters.keys()) {
    const record = await records.read(master);
    const intent = await records.readIntent(master);
    const suspension = await records.readSuspension(master);
    summaries.push({
      master,
      revision: record?.revision ?? null,
      appliedAt: record?.appliedAt ?? null,
      objects: record?.objects.size ?? 0,
      force: record?.force ?? null,
      canary: record?.canary ?? null,
      suspension: isSuspended(suspension, now) ? suspension : null,
      cutOff:
        intent === null
          ? null
          : {
              since: intent.startedAt,
              writes: intent.objects.size,
              tries: intent.unproven?.device ?? null,
              inMaintenance: [...(intent.parked?.keys() ?? [])].map((key) => key.slice('device/'.length)),
            },
    });
  }
  return summaries;
}
