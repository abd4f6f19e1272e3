import path from 'node:path';

import { driftNotesFromText, driftNotesToText, type DriftMemory } from '../reconcile/index.js';
import { makeDirectory, readText, replaceFile } from './files.js';

/**
 * Stores since when objects drift, in a file `<master>.drift.json` beside the master's record.
 * @param directory created with the first write
 */
export function openDriftMemory(directory: string): DriftMemory {
  const fileOf = (master: string) =>
    path.join(directory, `${encodeURIComponent(master).replaceAll('.', '%2E')}.drift.json`);
  return {
    async read(master) {
      const file = fileOf(master);
      const text = await readText(file);
      return text === null ? { seen: [], putBack: [] } : driftNotesFromText(text, master, file);
    },
    async write(master, notes) {
      await makeDirectory(directory);
      await replaceFile(fileOf(master), driftNotesToText(master, notes));
    },
  };
}
