import { readTemplateFacts } from '../text/template-facts.js';

/** The templates that a text refers to. */
interface References {
  /** File names, without the templates that may be missing. */
  readonly needed: readonly string[];
  readonly all: readonly string[];
  /** Whether a name is computed, and so known only when the text is rendered. */
  readonly isOpen: boolean;
}

export type ReferenceReader = (text: string) => References;

/** Reads which templates texts refer to. Reads each text only once. */
export function createReferenceReader(): ReferenceReader {
  const known = new Map<string, References>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const { references } = readTemplateFacts(text);
    const named = references.flatMap(({ name, optional }) => (name === null ? [] : [{ name, optional }]));
    const read: References = {
      needed: named.filter(({ optional }) => !optional).map(({ name }) => name),
      all: named.map(({ name }) => name),
      isOpen: references.some(({ name }) => name === null),
    };
    known.set(text, read);
    return read;
  };
}

/** For each template, the files that refer to it. */
export type Users = ReadonlyMap<string, readonly string[]>;

/** Reverses references, in time proportional to their number. */
export function usersOf(references: Iterable<readonly [user: string, names: readonly string[]]>): Users {
  const users = new Map<string, string[]>();
  for (const [user, names] of references) {
    for (const name of names) {
      const known = users.get(name);
      if (known === undefined) users.set(name, [user]);
      else known.push(user);
    }
  }
  return users;
}

/** Everything that refers to one of `seeds`, directly or indirectly, and for each the seed that was found first. */
export function reachedFrom(seeds: Iterable<string>, users: Users): Map<string, string> {
  const reached = new Map<string, string>();
  const queue: string[] = [];
  for (const seed of seeds) {
    reached.set(seed, seed);
    queue.push(seed);
  }
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const seed = reached.get(next) ?? next;
    for (const user of users.get(next) ?? []) {
      if (reached.has(user)) continue;
      reached.set(user, seed);
      queue.push(user);
    }
  }
  return reached;
}
