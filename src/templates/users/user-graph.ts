import { fileNameOf, type TemplateText } from '../search-order.js';
import { reachedFrom, usersOf, type ReferenceReader, type Users } from './references.js';

/** Dictionaries and templates at one point in time. */
interface Moment {
  /** By hostname. */
  readonly dictionaries: ReadonlyMap<string, unknown>;
  /** By file name. null: the template does not exist; undefined: unknown. */
  readonly textOf: (fileName: string) => TemplateText | null | undefined;
}

/** Which dictionaries and templates use which templates, starting from the dictionaries. Names are file names. */
export interface UserGraph {
  readonly users: Users;
  /** Templates and dictionaries that compute the names of other templates. */
  readonly open: ReadonlySet<string>;
  /** Names that are referred to but whose text is unknown. */
  readonly missing: ReadonlySet<string>;
  /** Dictionaries and templates that require a missing template, and which one. */
  readonly lacking: ReadonlyMap<string, string>;
}

/**
 * Follows the references of all dictionaries.
 * @param moments one, or several between which texts change one at a time. With several, it follows everything that a
 *   mixture of old and new texts can reach, such as a new template from an old dictionary
 */
export function userGraphOf(moments: readonly Moment[], read: ReferenceReader): UserGraph {
  const all: [string, readonly string[]][] = [];
  const needed: [string, readonly string[]][] = [];
  const open = new Set<string>();
  const missing = new Set<string>();
  const seen = new Set(moments.flatMap(({ dictionaries }) => [...dictionaries.keys()].map(fileNameOf)));
  for (const name of seen) {
    const sources = moments.map(({ textOf }) => textOf(name));
    if (sources.includes(undefined)) missing.add(name);
    for (const text of new Set(sources.flatMap((source) => source?.text ?? []))) {
      const references = read(text);
      all.push([name, references.all]);
      needed.push([name, references.needed]);
      if (references.isOpen) open.add(name);
      // Iterating over a set also visits items that are added meanwhile.
      for (const reference of references.all) seen.add(reference);
    }
  }
  return { users: usersOf(all), open, missing, lacking: reachedFrom(missing, usersOf(needed)) };
}
