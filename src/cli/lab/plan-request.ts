import { createMasterTarget } from '../../lava/index.js';
import type { Lab, Master } from '../../model/index.js';
import type { Consents, TemplateText } from '../../plan/index.js';
import type { MasterTarget, PlanRequest } from '../../reconcile/index.js';
import { openRecordStore } from '../../records/index.js';
import { requireAccess, type LabPlace } from './connect.js';

/**
 * Everything that a plan for one master is made from.
 * @throws UsageError when the master is off
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
): PlanRequest & { readonly records: ReturnType<typeof openRecordStore>; readonly target: MasterTarget } {
  const desired = lab.lab.desired.get(master.name);
  if (desired === undefined) throw new Error(`no desired state for master ${master.name}`);
  return {
    target: createMasterTarget(requireAccess(master, 'reconciler', lab.place)),
    desired,
    records: openRecordStore(lab.place.state.records),
    policy: lab.lab.policy,
    mode: master.mode,
    revision: { repository: lab.repository, revision: lab.revision },
    consents,
    templates: lab.templates,
  };
}
