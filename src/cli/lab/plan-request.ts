import { createMasterTarget } from '../../lava/index.js';
import type { Lab, Master } from '../../model/index.js';
import type { Consents } from '../../plan/index.js';
import type { TemplateText } from '../../templates/index.js';
import type { DriftMemory, MasterTarget, PlanRequest, RecordStore } from '../../reconcile/index.js';
import { requireAccess, type LabPlace } from './connect.js';
import { openRecords } from './open-records.js';

/**
 * Everything that a plan for one master is made from.
 * @param records where they are, as `--records` says it
 * @param remarks on how the lab was read
 * @throws UsageError when the master is off, or there is no such place for records
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
): PlanRequest & {
  readonly records: RecordStore;
  readonly drift: DriftMemory;
  readonly target: MasterTarget;
  readonly lockWaitMs?: number;
} {
  const desired = lab.lab.desired.get(master.name);
  if (desired === undefined) throw new Error(`no desired state for master ${master.name}`);
  return {
    target: createMasterTarget(requireAccess(master, 'reconciler', lab.place)),
    desired,
    ...openRecords(lab.place, records),
    policy: lab.lab.policy,
    mode: master.mode,
    revision: { repository: lab.repository, revision: lab.revision },
    consents,
    templates: lab.templates,
    remarks,
  };
}
