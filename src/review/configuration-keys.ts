import { asMapping, parseYaml, plainSections } from '../pyyaml/index.js';

/** How many characters of sections are kept. Then it starts again. */
const mostCached = 8 * 1024 * 1024;

/** Values of a configuration by their path: `commands.power_on`. Lists are values. */
type Leaves = ReadonlyMap<string, string>;

/**
 * Finds which keys of a rendered configuration change. Most devices of a type change in the same sections (top-level keys),
 * and only these are read.
 */
export class ConfigurationKeys {
  readonly #known = new Map<string, Leaves | null>();
  #cached = 0;

  /**
   * @param before null: there is no configuration, so all keys are new
   * @returns the paths, sorted; null if a configuration cannot be read
   */
  changed(before: readonly string[] | null, after: readonly string[]): readonly string[] | null {
    const [old, now] = [before?.join('\n') ?? '{}', after.join('\n')];
    const texts = this.#sectionsThatDiffer(old, now) ?? { before: [old], after: [now] };
    const [was, is] = [this.#leavesOf(texts.before), this.#leavesOf(texts.after)];
    if (was === null || is === null) return null;
    const keys = new Set([...was.keys(), ...is.keys()]);
    return [...keys].filter((key) => was.get(key) !== is.get(key)).sort();
  }

  #sectionsThatDiffer(before: string, after: string) {
    const [old, now] = [before === '{}' ? [] : plainSections(before), plainSections(after)];
    if (old === null || now === null) return null;
    // Of two equal keys the last one counts, so their order matters.
    if (hasTwins(old) || hasTwins(now)) return null;
    const [inOld, inNow] = [new Set(old), new Set(now)];
    return {
      before: old.filter((section) => !inNow.has(section)),
      after: now.filter((section) => !inOld.has(section)),
    };
  }

  #leavesOf(texts: readonly string[]): Leaves | null {
    const all = new Map<string, string>();
    for (const text of texts) {
      const leaves = this.#readLeaves(text);
      if (leaves === null) return null;
      for (const [path, value] of leaves) all.set(path, value);
    }
    return all;
  }

  #readLeaves(text: string): Leaves | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const parsed = parseYaml(text);
    const root = parsed.ok ? asMapping(parsed.value ?? {}) : undefined;
    const leaves = root === undefined ? null : new Map(leavesIn(root, ''));
    this.#cached += text.length;
    if (this.#cached > mostCached) {
      this.#known.clear();
      this.#cached = text.length;
    }
    this.#known.set(text, leaves);
    return leaves;
  }
}

/** Whether two sections may have the same key. */
function hasTwins(sections: readonly string[]): boolean {
  const keys = sections.map((section) => /^[^\s#][^:]*/m.exec(section)?.[0].replaceAll(/['"]/g, '') ?? '');
  return new Set(keys).size < keys.length;
}

function* leavesIn(mapping: Readonly<Record<string, unknown>>, prefix: string): Generator<[string, string]> {
  for (const [key, value] of Object.entries(mapping)) {
    const path = `${prefix}${key}`;
    const inner = asMapping(value);
    if (inner === undefined || Object.keys(inner).length === 0) yield [path, JSON.stringify(value)];
    else yield* leavesIn(inner, `${path}.`);
  }
}
