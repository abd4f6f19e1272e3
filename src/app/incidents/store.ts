import { join } from 'node:path';

import { ExternalError, localFailure } from '../../diagnostics/index.js';
import { readIfThere, replaceFile } from '../../host/index.js';
import type { IncidentStore, StoredIncidents } from '../../report/index.js';
import type { StateDirectory } from '../state/index.js';

/** `.lavaflow/incidents.json` */
export function openIncidentStore(state: StateDirectory): IncidentStore {
  const file = join(state.root, 'incidents.json');
  return {
    async read() {
      let text: string | null;
      try {
        text = await readIfThere(file);
      } catch (error) {
        throw localFailure(error, 'read the incidents', file);
      }
      return text === null ? null : parse(text, file);
    },
    async write(stored) {
      try {
        await replaceFile(file, `${JSON.stringify(stored)}\n`);
      } catch (error) {
        throw localFailure(error, 'store the incidents', file);
      }
    },
  };
}

/** Only lavaflow writes the file. Whatever else is in it must not be taken for "no incidents". */
function parse(text: string, file: string): StoredIncidents {
  try {
    const value = JSON.parse(text) as Partial<StoredIncidents> | null;
    if (value?.version === 1 && Array.isArray(value.waiting) && Array.isArray(value.state?.incidents))
      return value as StoredIncidents;
  } catch {
    // The same hint.
  }
  throw new ExternalError({
    what: 'read the incidents',
    where: file,
    why: 'it is damaged, or another version of lavaflow wrote it',
    retry: 'after-change',
    hint: 'Delete the file: open incidents are then announced again.',
  });
}
