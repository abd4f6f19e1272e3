import type { Db } from '../store/open-store.js';
import { latestRevision } from '../store/configuration/revisions.js';

/** The source of the configuration of this master: the repository and its current revision. */
interface ConfigurationSource {
  readonly repository: string;
  readonly revision: string;
  readonly fingerprint: string;
  readonly appliedAt: Date;
}

/** @returns undefined before the first revision is applied */
export async function configurationSource(db: Db): Promise<ConfigurationSource | undefined> {
  return latestRevision(db);
}
