import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExternalError } from '../../../src/diagnostics/index.js';
import {
  fieldsOf,
  keyOf,
  type Change,
  type ConfigurationObject,
  type ObjectKey,
} from '../../../src/model/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';

/** The content of the file: objects by key, and every write in order (`verb key`). */
export interface FileMasterState {
  readonly objects: Readonly<Record<ObjectKey, ConfigurationObject>>;
  readonly writes: readonly string[];
}

/**
 * A master whose configuration is one JSON file: like a real one, it outlives the processes that write to it. Objects
 * are written one by one; `writeMs` is the duration of each write. If the file does not exist, the master is down.
 */
export function fileMaster(path: string, options: { readonly writeMs?: number } = {}): MasterTarget {
  return {
    url: `file://${path}`,
    normalise: (object) => object,
    async observe() {
      const { objects } = await readFileMaster(path);
      return {
        software: 'lava',
        release: '2023.01',
        objects: new Map(Object.entries(objects) as [ObjectKey, ConfigurationObject][]),
        unreadable: [],
        unsupported: new Set(),
        builtIn: new Set(),
      };
    },
    async apply(changes, _revision, onOutcome, signal) {
      for (const change of changes) {
        if (signal?.aborted === true) throw down(path, 'it was stopped');
        await write(path, change);
        if (options.writeMs !== undefined) await sleep(options.writeMs);
        await onOutcome({ key: change.key, verb: change.verb, status: 'done' });
      }
    },
  };
}

export async function makeFileMaster(path: string): Promise<void> {
  await replace(path, { objects: {}, writes: [] });
}

export async function readFileMaster(path: string): Promise<FileMasterState> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as FileMasterState;
  } catch (error) {
    throw down(path, String(error));
  }
}

async function write(path: string, change: Change): Promise<void> {
  const state = await readFileMaster(path);
  const before = state.objects[change.key];
  const fields = { ...(before === undefined ? {} : fieldsOf(before)), ...fieldsOf(change.object) };
  const object = { ...change.object, fields } as ConfigurationObject;
  const objects = { ...state.objects, [keyOf(object)]: object };
  await replace(path, { objects, writes: [...state.writes, `${change.verb} ${change.key}`] });
}

async function replace(path: string, state: FileMasterState): Promise<void> {
  await writeFile(`${path}.tmp`, JSON.stringify(state));
  await rename(`${path}.tmp`, path);
}

function down(path: string, why: string): ExternalError {
  return new ExternalError({ what: 'reach the master', where: path, why, retry: 'soon' });
}
