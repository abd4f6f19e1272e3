/** Reports what drifts on one master. Needs the code that plans, unlike what begins to read the master. */
import { commitOf, type Lab, type Master, type Suspension } from '../../model/index.js';
import {
  isDrift,
  noConsents,
  verdictOfDrift,
  withStrangers,
  type Drift,
  type Verdict,
} from '../../plan/index.js';
import { detectDatedDrift } from '../../reconcile/index.js';
import type { LabFeedback, PlannableLab } from '../lab/index.js';
import type { OffMaster } from '../masters/index.js';
import { planRequest, type MasterAhead } from '../request/index.js';
import type { DriftOptions } from './options.js';
import { warnOfUndated } from './undated.js';
import type { DriftBranch, writeBackToBranch } from './write-back.js';

export interface DriftFeedback extends LabFeedback {
  /** Called for a master that is left out because it is off. */
  onOff(master: OffMaster): void;
  /** Called with a problem that does not stop the report. */
  readonly onWarning: (text: string) => void;
}

/** What drifts on one master. */
export interface MasterDrift {
  readonly master: string;
  readonly drift: Drift;
  /** Null without `writeBack`. */
  readonly branch: DriftBranch | null;
  /** Owners of the sites that the master serves: GitHub users and teams, sorted. */
  readonly owners: readonly string[];
  /** Why nothing is written to the master now; null: it is not suspended. */
  readonly suspension: Suspension | null;
  /** Whether the lab has errors; what depends on them was not compared. */
  readonly hasErrors: boolean;
  /** To be masked in everything that is printed about it. */
  readonly secrets: readonly string[];
  /** What a process that only reports this should exit with, and why. */
  readonly verdict: Verdict;
}

/**
 * @throws UsageError
 * @throws ExternalError
 */
export async function reportOne(
  head: PlannableLab & { readonly ahead: MasterAhead | null },
  chosen: Master,
  options: DriftOptions,
  feedback: DriftFeedback,
): Promise<MasterDrift> {
  const first = planRequest(head, chosen, noConsents, options.records, [], head.ahead);
  const record = await first.records.read(chosen.name);
  const applied = record === null ? null : commitOf(record.revision);
  const isRead = options.rev !== undefined || applied === null || applied === commitOf(head.revision);
  const lab = isRead ? head : await (await import('./read-head.js')).openLab(options.lab, applied, feedback);
  const master = lab.lab.masters.get(chosen.name) ?? chosen;
  const connected = isRead ? first : planRequest(lab, master, noConsents, options.records);
  // Read once: another apply meanwhile must not change what the revision was chosen by.
  const records = { ...connected.records, read: () => Promise.resolve(record) };
  let suspension: Suspension | null = null;
  const onSuspension = (active: Suspension | null): void => {
    suspension = active;
  };
  const request = { ...connected, records, onSuspension };

  // Differences from another revision than the applied one are not all drift, so they are not stored.
  const isStored = applied === null || applied === commitOf(lab.revision);
  const { plan, dated } = await detectDatedDrift(request, request.drift, isStored);
  warnOfUndated(dated, feedback.onWarning);
  const { items } = dated;
  const place = { directory: options.lab, revision: commitOf(lab.revision), templates: lab.templates };
  const branch =
    options.writeBack === null
      ? null
      : await writeBack(
          place,
          request.target,
          master,
          withStrangers(items.filter(isDrift), plan),
          options.writeBack,
        );
  return {
    master: master.name,
    drift: { plan, items },
    branch,
    owners: ownersOf(lab.lab, master),
    suspension,
    hasErrors: lab.hasErrors,
    secrets: request.secrets,
    verdict: verdictOf(branch, lab, plan),
  };
}

function ownersOf({ sites }: Lab, master: Master): string[] {
  return [...new Set(master.sites.flatMap((name) => sites.get(name)?.owners ?? []))].sort();
}

/** Loads the code that edits labs only if it is needed. */
async function writeBack(...args: Parameters<typeof writeBackToBranch>): Promise<DriftBranch> {
  const { writeBackToBranch: write } = await import('./write-back.js');
  return await write(...args);
}

function verdictOf(
  branch: DriftBranch | null,
  { hasErrors }: Pick<PlannableLab, 'hasErrors'>,
  plan: Drift['plan'],
): Verdict {
  if (branch?.state === 'taken') return { code: 1, why: `the branch ${branch.branch} is not lavaflow's` };
  if (hasErrors) return { code: 3, why: 'the lab has errors; what depends on them was not compared' };
  return verdictOfDrift(plan);
}
