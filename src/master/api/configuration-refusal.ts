import type { MasterContext } from '../context.js';
import { configurationSource } from '../views/index.js';

/** The answer to everyone who tries to change the configuration here: where to change it instead. */
export async function configurationRefusal(db: MasterContext['store']['db']): Promise<string> {
  const latest = await configurationSource(db);
  return latest === undefined
    ? 'The configuration of this master comes from a lab repository, of which nothing was applied yet: change it there.'
    : `The configuration of this master comes from the lab repository ${latest.repository}, now at revision ` +
        `${latest.revision}: change it there.`;
}
