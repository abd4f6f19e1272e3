import type { Chain } from './chains.js';
import { factsOf } from '../memory.js';
import type { RenderWork } from '../rendering/render-work.js';
import type { TemplateFacts } from './template-facts.js';

/** A lab of real size takes a hundredth of it; in one that takes more, nothing more is said. */
const mostLookups = 5_000_000;

/** What the texts say that templates and dictionaries are made of, looked up once for all with the same parts. */
export class ChainFacts {
  readonly #byPath = new Map<string, TemplateFacts>();
  readonly #parts = new Map<Uint32Array, readonly TemplateFacts[]>();
  readonly #computed = new Map<Uint32Array, boolean>();
  readonly #reads = new Map<Uint32Array, Map<string, boolean>>();
  #lookups = 0;

  constructor({ namespace, memory }: RenderWork) {
    for (const { path, text } of namespace.values()) {
      if (text !== null) this.#byPath.set(path, factsOf(memory, path, text));
    }
  }

  all(): Iterable<TemplateFacts> {
    return this.#byPath.values();
  }

  of(path: string): TemplateFacts | undefined {
    return this.#byPath.get(path);
  }

  /** Of all that the template or dictionary at `path` is made of, besides itself. */
  partsOf(path: string, chain: Chain): readonly TemplateFacts[] {
    const known = this.#parts.get(chain.bits);
    if (known !== undefined) return known;
    const files = [...chain.files].filter((file) => file !== path);
    this.#lookups += files.length;
    const parts = this.#isTired ? [] : files.flatMap((file) => this.#byPath.get(file) ?? []);
    this.#parts.set(chain.bits, parts);
    return parts;
  }

  /** Whether a part names another by an expression, so that there may be parts that nobody knows. */
  hasUnknownParts(path: string, chain: Chain): boolean {
    let has = this.#computed.get(chain.bits);
    if (has === undefined) {
      const parts = this.partsOf(path, chain);
      has = parts.some(({ references }) => references.some(({ name }) => name === null));
      this.#computed.set(chain.bits, has);
    }
    return has;
  }

  /** Whether one of the parts may read a variable; also when there is too much to look at. */
  isRead(name: string, path: string, chain: Chain): boolean {
    let known = this.#reads.get(chain.bits);
    if (known === undefined) this.#reads.set(chain.bits, (known = new Map<string, boolean>()));
    const before = known.get(name);
    if (before !== undefined) return before;
    const parts = this.partsOf(path, chain);
    this.#lookups += parts.length;
    const isRead = this.#isTired || parts.some(({ reads }) => reads.has(name));
    known.set(name, isRead);
    return isRead;
  }

  get #isTired(): boolean {
    return this.#lookups > mostLookups;
  }
}
