import type { ReleaseNumber } from '../../model/index.js';
import { parsePython, plainSections, type YamlProblem } from '../../pyyaml/index.js';
import type { JobProblem } from '../problem.js';
import { dictOf } from '../schema/index.js';
import { adviseOnConfiguration } from './advice.js';
import { checkDeviceConfiguration } from './check-device.js';

/** What LAVA's scheduler does with a rendered device configuration. */
export type DeviceVerdict =
  /** It complies with the schema. `warnings`: why jobs will fail nevertheless; absent: nothing is known. */
  | { readonly kind: 'accepted'; readonly warnings?: readonly JobProblem[] }
  /** It is not YAML. */
  | { readonly kind: 'unreadable'; readonly problem: YamlProblem }
  | { readonly kind: 'not-a-mapping' }
  /** It does not comply with the schema of the release. */
  | { readonly kind: 'rejected'; readonly problems: readonly JobProblem[] };

const accepted: DeviceVerdict = { kind: 'accepted' };

/** How many characters of known sections a checker keeps. Then it starts again. */
const mostCached = 16 * 1024 * 1024;

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
    const sections = plainSections(text);
    if (sections !== null && this.#areAcceptable(sections)) return accepted;
    const yaml = parsePython(text);
    if (!yaml.ok) return { kind: 'unreadable', problem: yaml.problem };
    if (dictOf(yaml.value) === null) return { kind: 'not-a-mapping' };
    const problems = checkDeviceConfiguration(yaml.value, this.release);
    if (problems.length > 0) return { kind: 'rejected', problems };
    const warnings = adviseOnConfiguration(yaml.value);
    return warnings.length === 0 ? accepted : { kind: 'accepted', warnings };
  }

  #areAcceptable(sections: readonly string[]): boolean {
    const keys = new Set<string>();
    for (const section of sections) {
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
    const worst = key === 'actions' ? new Map([...(dict ?? []), ['commands', powerCommands]]) : dict;
    if (checkDeviceConfiguration(worst, this.release).length > 0) return undefined;
    if (adviseOnConfiguration(dict).length > 0) return undefined;
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

/** The only other section on which one depends: an ssh host in `actions` excludes these. */
const powerCommands = new Map([
  ['power_on', 'on'],
  ['power_off', 'off'],
  ['hard_reset', 'reset'],
]);
