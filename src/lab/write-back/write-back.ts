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

/** A value that a master holds, and that the lab is to say from now on. */
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
  /** What is gone from the master goes from the lab. Default: it is left, with what to do. */
  readonly removesGone?: boolean;
}

export interface WrittenBack {
  /** Texts of the files that change; null: the file goes. */
  readonly files: ReadonlyMap<string, string | null>;
  readonly written: readonly {
    readonly key: ObjectKey;
    /** null: the object went, with all its files; `path` is one of them. */
    readonly field: string | null;
    readonly path: string;
  }[];
  /** What the lab cannot say, or not there. */
  readonly left: readonly { readonly key: ObjectKey; readonly field: string | null; readonly why: string }[];
  /** What the lab then says anew and the master does not have yet: the next apply brings it there. */
  readonly follows: readonly { readonly key: ObjectKey; readonly field: string }[];
}

/**
 * Edits the files of a lab so that it says what a master holds: each value in the file that says it now, and nothing
 * else in that file. What the lab would not take (judged by `loadLab`), or would still say otherwise, is left.
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
  /** `undefined` of an object that went. */
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
  // A dictionary first: what sync_to_lava says is then set in the new text.
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

/** Files for device types are for all masters: what one has lost may be there on another. */
function otherMasterOf(key: ObjectKey, lab: Lab, master: string): string | undefined {
  return [...lab.desired].find(([name, { objects }]) => name !== master && objects.has(key))?.[0];
}

/** Of an object that is gone. */
function whatToDo(paths: readonly string[]): string {
  const gone = 'it is gone from the master: lavaflow apply creates it again in mode enforce';
  if (paths.length === 0) return gone;
  return `${gone}; --remove-gone removes it from the lab, as does git rm ${paths.map(quoteForShell).join(' ')}`;
}

function quoteForShell(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** What must not be written: it breaks the lab, or the lab says something else all the same. */
function judge(written: readonly Written[], before: LoadedLab, after: LoadedLab, options: WriteBackOptions) {
  const broken = [...after.broken].filter(([path]) => !before.broken.has(path));
  if (broken.length > 0) {
    const codes = [...new Set(broken.flatMap(([, list]) => list))].sort().join(', ');
    const why = `the lab does not accept it (${codes})`;
    const paths = new Set(broken.map(([path]) => path));
    // What goes is no finding itself, but others may need it.
    const own = written.filter(({ path, field }) => field !== null && paths.has(path));
    const going = written.filter(({ field }) => field === null);
    if (own.length === 0 && going.length > 0) {
      const needed = going.filter(({ key }) => !key.startsWith('device/'));
      const why = `the lab still needs it (${codes})`;
      return (needed.length > 0 ? needed : going).map(({ key }) => ({ key, field: null, why }));
    }
    // What breaks another file is most likely a template, or a name that others need.
    return (own.length > 0 ? own : written).map(({ key, field }) => ({ key, field, why }));
  }
  return written
    .filter(({ key, field, found, path }) => {
      // What sync_to_lava says was set in the new text of a dictionary: it is the master's but for that.
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

/** What is not said any more is not compared. */
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
