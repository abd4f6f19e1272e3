import type { Db } from '../store/open-store.js';
import { latestRevision } from '../store/revisions.js';

/** Where the configuration of this master comes from: the revision in force. */
interface ConfigurationSource {
  readonly repository: string;
  readonly revision: string;
  readonly fingerprint: string;
  readonly appliedAt: Date;
}

/** @returns undefined when nothing was applied yet */
export async function configurationSource(db: Db): Promise<ConfigurationSource | undefined> {
  return latestRevision(db);
}
