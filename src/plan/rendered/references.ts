import { readTemplateFacts } from '../../lab/index.js';
import { push } from '../sight.js';

/** Which templates a text names. */
interface References {
  /** Without those that may be missing. */
  readonly needed: readonly string[];
  readonly all: readonly string[];
  /** Some name is computed: only rendering tells. */
  readonly isOpen: boolean;
}

/** Reads what texts name, each text once. */
export function createReferenceReader(): (text: string) => References {
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

/** Who names whom, turned round: takes time in proportion to the number of references, whatever they are. */
export type Users = ReadonlyMap<string, readonly string[]>;

export function usersOf(references: Iterable<readonly [user: string, names: readonly string[]]>): Users {
  const users = new Map<string, string[]>();
  for (const [user, names] of references) for (const name of names) push(users, name, user);
  return users;
}

/** Everything that names one of `seeds`, over any number of steps, and for each the seed that was found first. */
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
