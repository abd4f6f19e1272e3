import type { MasterContext } from '../context.js';
import { configurationSource } from '../views/index.js';

/** The response to attempts to change the configuration here: it names the place to change it instead. */
export async function configurationRefusal(db: MasterContext['store']['db']): Promise<string> {
  const latest = await configurationSource(db);
  return latest === undefined
    ? 'The configuration of this master comes from a lab repo, of which no revision was applied yet. Change it there.'
    : `The configuration of this master comes from the lab repo ${latest.repository}, currently at revision ` +
        `${latest.revision}. Change it there.`;
}
