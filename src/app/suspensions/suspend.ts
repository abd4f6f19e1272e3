import { parseUntil } from '../../calendar/index.js';
import { printable, UsageError } from '../../diagnostics/index.js';
import { mostSuspendedDays, type Lab, type Master, type Suspension } from '../../model/index.js';
import { openMaster, type SuspensionFeedback } from './open-master.js';
import { findOwner } from './owner.js';

interface SuspendOptions {
  /** The lab's directory. */
  readonly lab: string;
  readonly master: string;
  /** Where the records are stored: `file` or `git:REMOTE`. */
  readonly records: string;
  /** As a person writes it (`parseUntil`). */
  readonly until: string;
  readonly reason: string;
  /** Default: the user of this run on GitHub, or the user that git knows. */
  readonly owner?: string | undefined;
}

const dayMs = 24 * 60 * 60_000;
const longestText = 200;

/**
 * Suspends a master. Waits until a run that is writing to it has ended: when this returns, nothing is being written.
 * Replaces an earlier suspension.
 * @throws UsageError when the time, the reason, the lab or the master cannot be used
 * @throws ExternalError when the records cannot be written
 */
export async function suspendMaster(
  options: SuspendOptions,
  feedback: SuspensionFeedback,
): Promise<Suspension> {
  const reason = oneLine(options.reason, '--reason');
  const { lab, master, records, lockWaitMs } = await openMaster(options, feedback);
  const owner = await findOwner(options.lab, options.owner);
  const now = Date.now();
  const untilMs = endOf(options.until, zoneOf(lab.lab, master), now, master.name);
  const suspension: Suspension = {
    master: master.name,
    owner: oneLine(owner, '--owner'),
    reason,
    since: new Date(now).toISOString(),
    until: new Date(untilMs).toISOString(),
  };
  await records.withLock(
    master.name,
    lockWaitMs,
    () => records.writeSuspension(master.name, suspension),
    feedback.onWait,
  );
  return suspension;
}

/** The zone of the people who work with the master; null: they are in several. */
function zoneOf({ sites }: Lab, master: Master): string | null {
  const zones = new Set(master.sites.map((name) => sites.get(name)?.timeZone ?? 'UTC'));
  const [zone = 'UTC', ...others] = zones;
  return others.length === 0 ? zone : null;
}

/** @throws UsageError */
function endOf(text: string, zone: string | null, now: number, master: string): number {
  const end = parseUntil(text, zone);
  if (end === 'not a time') {
    throw new UsageError(
      `--until ${text} is not a date or time`,
      'Specify a date such as 2026-12-05, or a time such as 2026-12-05T18:00 or 2026-12-05T18:00Z.',
    );
  }
  if (end === 'no zone') {
    throw new UsageError(
      `--until ${text}: the sites of ${master} are in several time zones`,
      `Specify the offset from UTC too, such as ${text.slice(0, 10)}T18:00Z or ${text.slice(0, 10)}T18:00+01:00.`,
    );
  }
  const at = `${new Date(end).toISOString().slice(0, 19)}Z`;
  if (end <= now)
    throw new UsageError(`--until ${text} is in the past (${at})`, 'Specify a time in the future.');
  if (end - now <= mostSuspendedDays * dayMs) return end;
  const latest = new Date(now + mostSuspendedDays * dayMs).toISOString().slice(0, 16);
  throw new UsageError(
    `--until ${text} is more than ${mostSuspendedDays} days away`,
    `Specify ${latest}Z or earlier, and suspend it again if that is not enough.`,
  );
}

/** @throws UsageError */
function oneLine(given: string, option: string): string {
  const text = given.trim().replace(/\.$/, '');
  if (text === '') throw new UsageError(`${option} is empty`, 'Specify a text for the readers of reports.');
  if (printable(text) !== text)
    throw new UsageError(`${option} contains characters that cannot be printed on one line`);
  if (text.length <= longestText) return text;
  throw new UsageError(`${option} is longer than ${longestText} characters`, 'Specify a shorter text.');
}
