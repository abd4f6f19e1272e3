import { UsageError } from '../../diagnostics/index.js';
import type { DesiredMaster } from '../../model/index.js';
import { loadUsableLab } from '../lab/load.js';

/** Devices of this type are played by `lavaflow board`. */
const simulatedType = 'lavaflow-board';

/** What `up` needs to know of the lab before anything runs. */
export interface EmbeddedLab {
  /** The name of the embedded master. */
  readonly master: string;
  /** The worker that the dispatcher of `up` plays. */
  readonly worker: string;
  /** Devices of that worker that are simulated. */
  readonly boards: readonly string[];
}

/** @throws UsageError when the lab cannot be used, or has not exactly one embedded master */
export async function readEmbeddedLab(directory: string): Promise<EmbeddedLab> {
  const { lab } = await loadUsableLab(directory, 'HEAD');
  const embedded = [...lab.masters.values()].flatMap(({ name, address }) =>
    'embedded' in address ? [{ master: name, worker: address.embedded.worker }] : [],
  );
  const [only] = embedded;
  if (only === undefined || embedded.length > 1) {
    throw new UsageError(
      `the lab has ${embedded.length} embedded masters, and lavaflow up runs one`,
      'write `embedded: {worker: HOSTNAME}` into one file of lab-config/masters/',
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
