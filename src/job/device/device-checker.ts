import type { ReleaseNumber } from '../../model/index.js';
import { parsePython, plainSections, type YamlProblem } from '../../pyyaml/index.js';
import type { JobProblem } from '../problem.js';
import { dictOf } from '../schema/index.js';
import { adviseOnConfiguration, type DeviceAdvice } from './advice.js';
import { checkDeviceConfiguration } from './check-device.js';

/** What LAVA's scheduler does with a rendered device configuration. */
export type DeviceVerdict =
  /** It complies with the schema. `warnings`: why jobs will fail nevertheless; absent: nothing is known. */
  | { readonly kind: 'accepted'; readonly warnings?: readonly DeviceAdvice[] }
  /** It is not YAML. */
  | { readonly kind: 'unreadable'; readonly problem: YamlProblem }
  | { readonly kind: 'not-a-mapping' }
  /** It does not comply with the schema of the release. */
  | { readonly kind: 'rejected'; readonly problems: readonly JobProblem[] };

const accepted: DeviceVerdict = { kind: 'accepted' };

/** A top-level key with its value. */
interface Section {
  readonly key: string;
  readonly problems: readonly JobProblem[];
  readonly warnings: readonly DeviceAdvice[];
}

/** How many characters of known sections a checker keeps. Then it starts again. */
const mostCached = 16 * 1024 * 1024;

/**
 * Checks many rendered configurations for one release. Those of one device type are mostly equal, so it remembers the
 * verdict on each section (a top-level key with its value), and reads only new ones. A text with an unusual shape, or
 * with sections that depend on each other, is read as a whole.
 */
export class DeviceChecker {
  readonly release: ReleaseNumber;
  /** null: the verdict may depend on other sections. */
  readonly #known = new Map<string, Section | null>();
  #cached = 0;

  constructor(release: ReleaseNumber) {
    this.release = release;
  }

  /** @param text the rendered configuration */
  check(text: string): DeviceVerdict {
    const sections = plainSections(text);
    const verdict = sections === null ? null : this.#checkSections(sections);
    if (verdict !== null) return verdict;
    const yaml = parsePython(text);
    if (!yaml.ok) return { kind: 'unreadable', problem: yaml.problem };
    if (dictOf(yaml.value) === null) return { kind: 'not-a-mapping' };
    return verdictOf(checkDeviceConfiguration(yaml.value, this.release), adviseOnConfiguration(yaml.value));
  }

  #checkSections(texts: readonly string[]): DeviceVerdict | null {
    const keys = new Set<string>();
    const problems: JobProblem[] = [];
    const warnings: DeviceAdvice[] = [];
    for (const text of texts) {
      let section = this.#known.get(text);
      if (section === undefined) this.#remember(text, (section = this.#checkSection(text)));
      // Of two equal keys, only the last one counts.
      if (section === null || keys.has(section.key)) return null;
      keys.add(section.key);
      problems.push(...section.problems);
      warnings.push(...section.warnings);
    }
    return verdictOf(problems, warnings);
  }

  #checkSection(text: string): Section | null {
    const yaml = parsePython(text);
    const dict = yaml.ok ? dictOf(yaml.value) : null;
    const [key] = dict?.keys() ?? [];
    if (typeof key !== 'string' || dict?.size !== 1) return null;
    const problems = checkDeviceConfiguration(dict, this.release);
    if (key === 'actions' && problems.length === 0) {
      const worst = new Map([...dict, ['commands', powerCommands]]);
      if (checkDeviceConfiguration(worst, this.release).length > 0) return null;
    }
    return { key, problems, warnings: adviseOnConfiguration(dict) };
  }

  #remember(text: string, section: Section | null): void {
    this.#cached += text.length;
    if (this.#cached > mostCached) {
      this.#known.clear();
      this.#cached = text.length;
    }
    // A copy: V8 keeps the whole text of which a string is a part.
    this.#known.set(Buffer.from(text, 'utf16le').toString('utf16le'), section);
  }
}

function verdictOf(problems: readonly JobProblem[], warnings: readonly DeviceAdvice[]): DeviceVerdict {
  if (problems.length > 0) return { kind: 'rejected', problems };
  return warnings.length === 0 ? accepted : { kind: 'accepted', warnings };
}

/** The only other section on which one depends: an ssh host in `actions` excludes these. */
const powerCommands = new Map([
  ['power_on', 'on'],
  ['power_off', 'off'],
  ['hard_reset', 'reset'],
]);
