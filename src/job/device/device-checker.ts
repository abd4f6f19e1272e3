import type { ReleaseNumber } from '../../model/index.js';
import { isPlainMapping, parsePython, type YamlProblem } from '../../pyyaml/index.js';
import type { JobProblem } from '../problem.js';
import { dictOf, valueAt } from '../schema/index.js';
import { checkDeviceConfiguration } from './check-device.js';
import { serverSchema } from './server-schema.js';

/** What LAVA's scheduler does with a rendered device configuration. */
export type DeviceVerdict =
  | { readonly kind: 'accepted' }
  /** It is not YAML. */
  | { readonly kind: 'unreadable'; readonly problem: YamlProblem }
  | { readonly kind: 'not-a-mapping' }
  /** It does not comply with the schema of the release. */
  | { readonly kind: 'rejected'; readonly problems: readonly JobProblem[] };

const accepted: DeviceVerdict = { kind: 'accepted' };

/** How many characters of known sections a checker keeps. Then it starts again. */
const mostCached = 4 * 1024 * 1024;

/**
 * Checks many rendered configurations for one release. Those of one device type are mostly equal, so it remembers the
 * sections (a top-level key with its value) that LAVA accepts, and reads only new ones. A text with an unusual shape or
 * with a problem is read as a whole.
 */
export class DeviceChecker {
  readonly release: ReleaseNumber;
  /** The key of each section that is acceptable whatever the other sections are. */
  readonly #acceptable = new Map<string, string>();
  #cached = 0;

  constructor(release: ReleaseNumber) {
    this.release = release;
  }

  /** @param text the rendered configuration */
  check(text: string): DeviceVerdict {
    if (isPlainMapping(text) && this.#areSectionsAcceptable(text)) return accepted;
    const yaml = parsePython(text);
    if (!yaml.ok) return { kind: 'unreadable', problem: yaml.problem };
    if (dictOf(yaml.value) === null) return { kind: 'not-a-mapping' };
    const problems = checkDeviceConfiguration(yaml.value, this.release);
    return problems.length === 0 ? accepted : { kind: 'rejected', problems };
  }

  #areSectionsAcceptable(text: string): boolean {
    const keys = new Set<string>();
    for (const section of sectionsOf(text)) {
      const key = this.#acceptable.get(section) ?? this.#checkSection(section);
      // Of two equal keys, only the last one counts.
      if (key === undefined || keys.has(key)) return false;
      keys.add(key);
    }
    return true;
  }

  /** @returns the key of the section; undefined if LAVA does not accept the section, or not with every other section */
  #checkSection(section: string): string | undefined {
    const yaml = parsePython(section);
    if (!yaml.ok) return undefined;
    const dict = dictOf(yaml.value);
    const [key] = dict?.keys() ?? [];
    if (typeof key !== 'string' || dict?.size !== 1) return undefined;
    // The power commands of a device that is reached by ssh are in another section.
    if (dictOf(valueAt(dict, 'actions', 'deploy', 'methods'))?.has('ssh') === true) return undefined;
    if (serverSchema(this.release).check(dict, null, false) !== null) return undefined;
    this.#remember(section, key);
    return key;
  }

  #remember(section: string, key: string): void {
    this.#cached += section.length;
    if (this.#cached > mostCached) {
      this.#acceptable.clear();
      this.#cached = section.length;
    }
    // A copy: V8 keeps the whole text of which a string is a part.
    this.#acceptable.set(Buffer.from(section, 'utf16le').toString('utf16le'), key);
  }
}

/**
 * A block mapping in column 1 as texts of one key each. Wherever else a line starts in column 1, for example in a list in
 * brackets, the texts are not YAML, or not a mapping of one key.
 */
function* sectionsOf(text: string): Generator<string> {
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (!startsSection.test(text.charAt(at + 1)) || !hasContent(text, start, at)) continue;
    yield text.slice(start, at + 1);
    start = at + 1;
  }
  if (hasContent(text, start, text.length)) yield text.slice(start);
}

/** Not the indentation of a value, a comment, an empty line or an item of a list. */
const startsSection = /[^\s#-]/;

/** Whether there is more than empty lines and comments: otherwise, they belong to the next section. */
function hasContent(text: string, start: number, end: number): boolean {
  const first = text.charAt(start);
  return startsSection.test(first) || /^[ \t]*[^\s#]/m.test(text.slice(start, end));
}
