import type { Chain } from './chains.js';
import type { TemplateFacts } from '../text/template-facts.js';

/** A large lab needs about a hundredth of this. Beyond it, every method returns the result that leads to no finding. */
const mostLookups = 5_000_000;

/** The facts of all parts of templates and dictionaries. Files with the same parts share one lookup. */
export class ChainFacts {
  readonly #byPath: ReadonlyMap<string, TemplateFacts>;
  readonly #parts = new Map<Uint32Array, readonly TemplateFacts[]>();
  readonly #computed = new Map<Uint32Array, boolean>();
  readonly #reads = new Map<Uint32Array, Map<string, boolean>>();
  #lookups = 0;

  /** @param byPath the facts of every template and dictionary that could be read, by path */
  constructor(byPath: ReadonlyMap<string, TemplateFacts>) {
    this.#byPath = byPath;
  }

  all(): Iterable<TemplateFacts> {
    return this.#byPath.values();
  }

  of(path: string): TemplateFacts | undefined {
    return this.#byPath.get(path);
  }

  /** The facts of all files that the template or dictionary at `path` uses, without its own facts. */
  partsOf(path: string, chain: Chain): readonly TemplateFacts[] {
    const known = this.#parts.get(chain.bits);
    if (known !== undefined) return known;
    const files = [...chain.files].filter((file) => file !== path);
    this.#lookups += files.length;
    const parts = this.#isExhausted ? [] : files.flatMap((file) => this.#byPath.get(file) ?? []);
    this.#parts.set(chain.bits, parts);
    return parts;
  }

  /** Whether a part computes the name of another template, so that there may be unknown parts. */
  hasUnknownParts(path: string, chain: Chain): boolean {
    let has = this.#computed.get(chain.bits);
    if (has === undefined) {
      const parts = this.partsOf(path, chain);
      has = parts.some(({ references }) => references.some(({ name }) => name === null));
      this.#computed.set(chain.bits, has);
    }
    return has;
  }

  /** Whether a part may read a variable; true if there are too many parts to check. */
  isRead(name: string, path: string, chain: Chain): boolean {
    let known = this.#reads.get(chain.bits);
    if (known === undefined) this.#reads.set(chain.bits, (known = new Map<string, boolean>()));
    const before = known.get(name);
    if (before !== undefined) return before;
    const parts = this.partsOf(path, chain);
    this.#lookups += parts.length;
    const isRead = this.#isExhausted || parts.some(({ reads }) => reads.has(name));
    known.set(name, isRead);
    return isRead;
  }

  get #isExhausted(): boolean {
    return this.#lookups > mostLookups;
  }
}
