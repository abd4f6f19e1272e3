import {
  fieldsOf,
  keyOf,
  sameValue,
  type ConfigurationObject,
  type FieldValue,
  type Lab,
  type ObjectKey,
} from '../../model/index.js';
import { loadLab, type LoadedLab, type LoadOptions } from '../load-lab.js';
import type { FileMap } from '../snapshot.js';
import { Editor } from './editor.js';

/** A value on a master that the lab should specify from now on. */
export interface Taken {
  readonly key: ObjectKey;
  /** null: the object is gone from the master. */
  readonly field: string | null;
  readonly found: FieldValue | undefined;
}

export interface WriteBackOptions extends LoadOptions {
  readonly master: string;
  /** The object as the master stores it (see `MasterTarget.normalise`). */
  readonly stored: (object: ConfigurationObject) => ConfigurationObject;
  /** Remove from the lab what is gone from the master. Default: leave it, and report what to do. */
  readonly removesGone?: boolean;
}

export interface WrittenBack {
  /** The texts of the changed files; null: the file is removed. */
  readonly files: ReadonlyMap<string, string | null>;
  readonly written: readonly {
    readonly key: ObjectKey;
    /** null: the object is removed, with all its files; `path` is one of them. */
    readonly field: string | null;
    readonly path: string;
  }[];
  /** What the lab cannot specify, or not in that place. */
  readonly left: readonly { readonly key: ObjectKey; readonly field: string | null; readonly why: string }[];
  /** What the lab then specifies in addition, and the master does not have yet. The next apply writes it. */
  readonly follows: readonly { readonly key: ObjectKey; readonly field: string }[];
}

/**
 * Edits the files of a lab so that it matches the state of a master: each value in the file that specifies it now, and
 * nothing else in that file. A value is left out if the lab would not accept it (according to `loadLab`), or would
 * still specify a different one.
 * @param files of one revision, without a local layer
 */
export function writeBack(files: FileMap, taken: readonly Taken[], options: WriteBackOptions): WrittenBack {
  const before = loadLab(files, options);
  const left: { key: ObjectKey; field: string | null; why: string }[] = [];
  let todo: readonly Taken[] = taken;
  for (;;) {
    const { editor, written, refused } = edit(files, todo, before, options);
    left.push(...refused);
    const after = loadLab(editor.files(), options);
    const wrong = judge(written, before, after, options);
    if (wrong.length === 0) {
      const changed = editor.changes();
      return {
        files: changed,
        written: written.map(({ key, field, path }) => ({ key, field, path })),
        left,
        follows: followersOf(written, before, after, options),
      };
    }
    left.push(...wrong);
    const out = new Set([...refused, ...wrong].map(idOf));
    todo = todo.filter((one) => !out.has(idOf(one)));
  }
}

interface Written {
  readonly key: ObjectKey;
  readonly field: string | null;
  /** `undefined` if the object is gone. */
  readonly found: FieldValue | undefined;
  readonly path: string;
}

function edit(files: FileMap, taken: readonly Taken[], before: LoadedLab, options: WriteBackOptions) {
  const desired = before.lab?.desired.get(options.master);
  const editor = new Editor(
    files,
    taken,
    desired?.objects ?? new Map<ObjectKey, ConfigurationObject>(),
    options.stored,
  );
  const written: Written[] = [];
  const refused: { key: ObjectKey; field: string | null; why: string }[] = [];
  // Dictionaries first: what sync_to_lava specifies is then set in the new text.
  const order = [...taken].sort(
    (a, b) => Number(b.field === 'dictionary') - Number(a.field === 'dictionary'),
  );
  for (const { key, field, found } of order) {
    const other = before.lab === null ? undefined : otherMasterOf(key, before.lab, options.master);
    if (desired?.objects.has(key) !== true) refused.push({ key, field, why: 'the lab does not have it' });
    else if (field !== null && found === undefined)
      refused.push({ key, field, why: 'it is gone from the master; the lab cannot express that' });
    else if (field === null && options.removesGone !== true)
      refused.push({ key, field, why: whatToDo(editor.filesOf(key)) });
    else if (field === null && other !== undefined)
      refused.push({ key, field, why: `it is gone from the master, but the lab also has it for ${other}` });
    else {
      const outcome = field === null ? editor.remove(key) : editor.set(key, field, found ?? null);
      if ('why' in outcome) refused.push({ key, field, why: outcome.why });
      else written.push({ key, field, found, path: outcome.path });
    }
  }
  return { editor, written, refused };
}

/** Files of device types apply to all masters. What is gone from one may still be on another. */
function otherMasterOf(key: ObjectKey, lab: Lab, master: string): string | undefined {
  return [...lab.desired].find(([name, { objects }]) => name !== master && objects.has(key))?.[0];
}

/** For an object that is gone. */
function whatToDo(paths: readonly string[]): string {
  const gone = 'it is gone from the master: lavaflow apply creates it again in mode enforce';
  if (paths.length === 0) return gone;
  return `${gone}; --remove-gone removes it from the lab, as does git rm ${paths.map(quoteForShell).join(' ')}`;
}

function quoteForShell(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** What must not be written, because it breaks the lab, or because the lab would still specify something else. */
function judge(written: readonly Written[], before: LoadedLab, after: LoadedLab, options: WriteBackOptions) {
  const broken = [...after.broken].filter(([path]) => !before.broken.has(path));
  if (broken.length > 0) {
    const codes = [...new Set(broken.flatMap(([, list]) => list))].sort().join(', ');
    const why = `the lab does not accept it (${codes})`;
    const paths = new Set(broken.map(([path]) => path));
    // A removed file has no findings itself, but others may need it.
    const own = written.filter(({ path, field }) => field !== null && paths.has(path));
    const going = written.filter(({ field }) => field === null);
    if (own.length === 0 && going.length > 0) {
      const needed = going.filter(({ key }) => !key.startsWith('device/'));
      const why = `the lab still needs it (${codes})`;
      return (needed.length > 0 ? needed : going).map(({ key }) => ({ key, field: null, why }));
    }
    // An edit that breaks another file is most likely in a template, or in a name that others need.
    return (own.length > 0 ? own : written).map(({ key, field }) => ({ key, field, why }));
  }
  return written
    .filter(({ key, field, found, path }) => {
      // The values in sync_to_lava were set in the new text of a dictionary, which otherwise is the master's.
      if (field === null) return after.lab?.desired.get(options.master)?.objects.has(key) === true;
      if (field === 'dictionary' && written.some((one) => one.path === path && one.field !== field))
        return false;
      const says = valueIn(after.lab, key, field, options);
      return !sameValue(says, found) && !(says === undefined && isNothing(found));
    })
    .map(({ key, field }) => ({
      ...{ key, field },
      why:
        field === null
          ? 'other files of the lab define it'
          : 'another file of the lab specifies another value',
    }));
}

/** A value that is no longer specified is not compared. */
function isNothing(value: FieldValue | undefined): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

function valueIn(lab: Lab | null, key: ObjectKey, field: string, { master, stored }: WriteBackOptions) {
  const object = lab?.desired.get(master)?.objects.get(key);
  return object === undefined ? undefined : fieldsOf(stored(object))[field];
}

function followersOf(
  written: readonly Written[],
  before: LoadedLab,
  after: LoadedLab,
  options: WriteBackOptions,
): { key: ObjectKey; field: string }[] {
  const values = new Map(written.map((one) => [idOf(one), one.found]));
  const objects = after.lab?.desired.get(options.master)?.objects.values() ?? [];
  return [...objects].flatMap((object) => {
    const key = keyOf(object);
    return Object.keys(fieldsOf(object)).flatMap((field) => {
      const now = valueIn(after.lab, key, field, options);
      const id = idOf({ key, field });
      const known = values.has(id) ? values.get(id) : valueIn(before.lab, key, field, options);
      return now === undefined || sameValue(now, known) ? [] : [{ key, field }];
    });
  });
}

function idOf({ key, field }: { readonly key: string; readonly field: string | null }): string {
  return `${key}\n${field ?? ''}`;
}
