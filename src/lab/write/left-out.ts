import type { Finding } from '../../diagnostics/index.js';
import type { ObjectKey } from '../../model/index.js';

/** A part of a master that the lab repo does not contain. */
export interface LeftOut {
  readonly key: ObjectKey;
  /** null: the whole object. */
  readonly field: string | null;
  readonly why: string;
  /** The path of its text in the repository, if it could be stored. */
  readonly file?: string;
  /** The entries of a list that are the cause. */
  readonly entries?: readonly string[];
  /** What `validate` would report. Places in the text are in `file`. */
  readonly problems?: readonly Finding[];
}

/** What is left out, collected while a lab is written. The first reason is kept. */
export class Leaving {
  readonly #entries = new Map<string, LeftOut>();

  constructor(entries: Iterable<LeftOut> = []) {
    for (const entry of entries) this.#add(entry);
  }

  /** Whether the object, or at least this field of it, is left out. */
  has(key: ObjectKey, field: string | null = null): boolean {
    return this.#entries.has(idOf(key, null)) || (field !== null && this.#entries.has(idOf(key, field)));
  }

  /** Increases with each new entry. */
  get size(): number {
    return this.#entries.size;
  }

  add(
    key: ObjectKey,
    field: string | null,
    why: string,
    more: Omit<LeftOut, 'key' | 'field' | 'why'> = {},
  ): void {
    this.#add({ key, field, why, ...more });
  }

  /** Sorted. Fields of objects that are left out as a whole are not listed. */
  list(): LeftOut[] {
    return [...this.#entries.values()]
      .filter(({ key, field }) => field === null || !this.has(key))
      .sort((a, b) => (idOf(a.key, a.field) < idOf(b.key, b.field) ? -1 : 1));
  }

  #add(entry: LeftOut): void {
    const id = idOf(entry.key, entry.field);
    if (!this.#entries.has(id)) this.#entries.set(id, entry);
  }
}

function idOf(key: ObjectKey, field: string | null): string {
  return `${key}\n${field ?? ''}`;
}
