import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { codeOf } from '../../host/index.js';

/** Where LAVA's dispatcher-config may be: in a directory that somebody names, or in a repository. */
export const lavaPlaces = [
  '.',
  'dispatcher-config',
  'lava-server/dispatcher-config',
  'etc/lava-server/dispatcher-config',
] as const;

/** The directory of dictionaries in LAVA's own layout, relative to `directory`; null if there is none. */
export async function findLavaLayout(directory: string): Promise<string | null> {
  for (const place of lavaPlaces) {
    const devices = join(place, 'devices');
    try {
      const names = await readdir(join(directory, devices));
      if (names.some((name) => name.endsWith('.jinja2'))) return devices;
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
    }
  }
  return null;
}
