import { fileNameOf, type TemplateText } from '../search-order.js';
import { reachedFrom, usersOf, type ReferenceReader, type Users } from './references.js';

/** Dictionaries and templates at one moment. */
interface Moment {
  /** By hostname. */
  readonly dictionaries: ReadonlyMap<string, unknown>;
  /** By file name. null: there is certainly no such template; undefined: nobody knows. */
  readonly textOf: (fileName: string) => TemplateText | null | undefined;
}

/** What is made of what, from the dictionaries on. Names are file names. */
export interface UserGraph {
  readonly users: Users;
  /** Templates and dictionaries that compute names of others. */
  readonly open: ReadonlySet<string>;
  /** Names that are referred to and whose text nobody knows. */
  readonly missing: ReadonlySet<string>;
  /** Dictionaries and templates that cannot do without a missing one, and which. */
  readonly lacking: ReadonlyMap<string, string>;
}

/**
 * Follows the references of all dictionaries.
 * @param moments one, or several between which texts change one by one: then everything is followed that a mixture of
 * old and new texts can reach, such as a new template from an old dictionary
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
      // Iterating over a set also visits what is added on the way.
      for (const reference of references.all) seen.add(reference);
    }
  }
  return { users: usersOf(all), open, missing, lacking: reachedFrom(missing, usersOf(needed)) };
}
