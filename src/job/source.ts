import { isMapping } from '../pyyaml/index.js';

/** A job definition as parsed YAML. */
export type JobSource = Readonly<Record<string, unknown>>;

/** Whether a job runs on several devices at once (`protocols.lava-multinode`). */
export function isMultinode(source: JobSource): boolean {
  return isMapping(source['protocols']) && source['protocols']['lava-multinode'] !== undefined;
}
