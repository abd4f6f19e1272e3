import type { Db } from '../store/open-store.js';
import { latestRevision } from '../store/revisions.js';

/** What is said to everyone who wants to change the configuration here: where to change it instead. */
export async function configurationRefusal(db: Db): Promise<string> {
  const latest = await latestRevision(db);
  return latest === undefined
    ? 'The configuration of this master comes from a lab repository, of which nothing was applied yet: change it there.'
    : `The configuration of this master comes from the lab repository ${latest.repository}, now at revision ` +
        `${latest.revision}: change it there.`;
}
