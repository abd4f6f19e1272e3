import { driftNotesFromText, driftNotesToText, type DriftMemory } from '../../reconcile/index.js';
import { findRemote, labPrefix } from './find-remote.js';
import { fetchRefs, listRefs, moveRefs, type RecordRemote } from './record-remote.js';
import { refName, type RecordRefOptions } from './record-refs.js';
import { damaged, hasCommit, readCommit, withWorkspace, writeCommit } from './workspace.js';

const file = 'drift.json';

/**
 * Stores since when objects drift, in a ref of a git remote: `refs/lavaflow/drift/<master>`, one commit without history.
 * It has no lock: a writer replaces the commit that it has read. If another process was faster, the other process's
 * times remain.
 */
export function openDriftRefs(options: Omit<RecordRefOptions, 'lockTimes'>): DriftMemory {
  async function open(master: string) {
    const remote = await findRemote(options.lab, options.remote);
    const ref = `refs/lavaflow/drift/${refName((await labPrefix(options.lab)) + master)}`;
    return { remote, ref, where: `${remote.url} ${ref}` };
  }

  return {
    async read(master) {
      const { remote, ref, where } = await open(master);
      return await withWorkspace(options.workDirectory, async (directory) => {
        for (;;) {
          const tip = await tipOf(remote, directory, ref);
          if (tip === null) return { seen: [], putBack: [] };
          await fetchRefs(remote, directory, [ref]);
          // The ref moved meanwhile.
          if (!(await hasCommit(directory, tip))) continue;
          const text = (await readCommit(directory, tip, where)).get(file);
          if (text === undefined) throw damaged(where, `it has no ${file}`);
          return driftNotesFromText(text, master, where);
        }
      });
    },
    async write(master, notes) {
      const { remote, ref } = await open(master);
      await withWorkspace(options.workDirectory, async (directory) => {
        const from = await tipOf(remote, directory, ref);
        const files = new Map([[file, driftNotesToText(master, notes)]]);
        const to = await writeCommit(directory, files, `Drift of ${master}`, null);
        await moveRefs(remote, directory, [{ ref, from, to }]);
      });
    },
  };
}

async function tipOf(remote: RecordRemote, directory: string, ref: string): Promise<string | null> {
  return (await listRefs(remote, directory, [ref])).get(ref) ?? null;
}
