import { createMasterTarget } from '../../lava/index.js';
import type { Lab, Master } from '../../model/index.js';
import type { Consents } from '../../plan/index.js';
import type { TemplateText } from '../../templates/index.js';
import type {
  DriftMemory,
  MasterTarget,
  PlanRequest,
  RecordStore,
  RevisionVerifier,
} from '../../reconcile/index.js';
import { requireAccess } from '../masters/index.js';
import { openMasterMemory } from './master-memory.js';
import { openRecords } from './open-records.js';
import type { LabPlace } from '../state/index.js';
import type { MasterAhead } from './ahead.js';
import { openVerifier, type VerifierOptions } from './verify-revision.js';

/** Everything that is needed to plan for one master and to apply the plan. */
export interface MasterRequest extends PlanRequest {
  readonly records: RecordStore;
  readonly drift: DriftMemory;
  readonly target: MasterTarget;
  readonly lockWaitMs?: number;
  readonly verifyRevision: RevisionVerifier;
  /** To be masked in everything that is printed about the plan. */
  readonly secrets: readonly string[];
}

/**
 * Connects a lab to one of its masters and to its records. Nothing is read yet.
 * @param records where the records are, as in `--records`
 * @param remarks on how the lab was read, for the readers of the plan
 * @param ahead the master, if reading it has begun
 * @param verification how the signature of the revision is verified
 * @throws UsageError when the master is off, or `records` is not a place
 * @throws ExternalError
 */
export function planRequest(
  lab: {
    readonly lab: Lab;
    readonly place: LabPlace;
    readonly repository: string;
    readonly revision: string;
    readonly templates: ReadonlyMap<string, TemplateText>;
  },
  master: Master,
  consents: Consents,
  records: string,
  remarks: readonly string[] = [],
  ahead: MasterAhead | null = null,
  verification: Omit<VerifierOptions, 'lab'> = {},
): MasterRequest {
  const desired = lab.lab.desired.get(master.name);
  if (desired === undefined) throw new Error(`no desired state for master ${master.name}`);
  const access = requireAccess(master, 'reconciler', lab.place);
  const { records: store, ...others } = openRecords(lab.place, records);
  const begun = ahead?.name === master.name ? ahead : null;
  return {
    target: begun === null ? createMasterTarget(access, openMasterMemory(lab.place.state)) : begun.target,
    desired,
    records: begun === null ? store : begun.records,
    ...others,
    policy: lab.lab.policy,
    mode: master.mode,
    revision: { repository: lab.repository, revision: lab.revision },
    consents,
    verifyRevision: openVerifier({ ...verification, lab: lab.place.directory }),
    templates: lab.templates,
    remarks,
    secrets: [access.token],
  };
}
