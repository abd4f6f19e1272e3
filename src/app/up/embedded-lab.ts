import { UsageError } from '../../diagnostics/index.js';
import type { DesiredMaster } from '../../model/index.js';
import { openLab, type LabFeedback } from '../lab/index.js';

/** `lavaflow board` simulates devices of this type. */
const simulatedType = 'lavaflow-board';

/** What `up` needs to know of the lab before anything runs. */
export interface EmbeddedLab {
  /** The name of the embedded master. */
  readonly master: string;
  /** The worker that the dispatcher of `up` runs. */
  readonly worker: string;
  /** Devices of that worker that are simulated. */
  readonly boards: readonly string[];
  /** Context variables that jobs may set besides LAVA's own. */
  readonly extraContextVariables: readonly string[];
}

/**
 * @throws UsageError when the lab cannot be used, or does not have exactly one embedded master
 * @throws ExternalError
 */
export async function readEmbeddedLab(directory: string, feedback: LabFeedback): Promise<EmbeddedLab> {
  const { lab } = await openLab(directory, 'HEAD', feedback);
  const embedded = [...lab.masters.values()].flatMap(({ name, address, extraContextVariables = [] }) =>
    'embedded' in address ? [{ master: name, worker: address.embedded.worker, extraContextVariables }] : [],
  );
  const [only] = embedded;
  if (only === undefined || embedded.length > 1) {
    throw new UsageError(
      `the lab has ${embedded.length} embedded masters, but lavaflow up runs exactly one`,
      'Set `embedded: {worker: HOSTNAME}` in exactly one file of lab-config/masters/.',
    );
  }
  return { ...only, boards: simulatedBoards(lab.desired.get(only.master), only.worker) };
}

function simulatedBoards(desired: DesiredMaster | undefined, worker: string): string[] {
  return [...(desired?.objects.values() ?? [])].flatMap((object) =>
    object.kind === 'device' && object.fields.deviceType === simulatedType && object.fields.worker === worker
      ? [object.name]
      : [],
  );
}
