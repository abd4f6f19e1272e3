import type { createReferenceReader } from './references.js';
import { reachedFrom, usersOf, type Users } from './references.js';
import type { World } from './world.js';

/** Who is made of what in one world, from its dictionaries on. Names are file names. */
export interface Graph {
  readonly users: Users;
  /** Templates and dictionaries that name others by computed names. */
  readonly open: ReadonlySet<string>;
  /** Names that are referred to and of which nobody knows the text. */
  readonly missing: ReadonlySet<string>;
  /** Dictionaries and templates that cannot do without a missing one, and which. */
  readonly lacking: ReadonlyMap<string, string>;
}

export type ReferenceReader = ReturnType<typeof createReferenceReader>;

export function graphOf(
  { dictionaries, textOf }: Pick<World, 'dictionaries' | 'textOf'>,
  read: ReferenceReader,
): Graph {
  const all: [string, readonly string[]][] = [];
  const needed: [string, readonly string[]][] = [];
  const open = new Set<string>();
  const missing = new Set<string>();
  const seen = new Set([...dictionaries.keys()].map((hostname) => `${hostname}.jinja2`));
  for (const name of seen) {
    const source = textOf(name);
    if (source === undefined) missing.add(name);
    if (source === undefined || source === null) continue;
    const references = read(source.text);
    all.push([name, references.all]);
    needed.push([name, references.needed]);
    if (references.isOpen) open.add(name);
    // A set is walked to its end, also what is added on the way.
    for (const reference of references.all) seen.add(reference);
  }
  return { users: usersOf(all), open, missing, lacking: reachedFrom(missing, usersOf(needed)) };
}
