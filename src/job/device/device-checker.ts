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
interface Section<Fact> {
  readonly key: string;
  readonly problems: readonly JobProblem[];
  readonly warnings: readonly DeviceAdvice[];
  readonly facts: readonly Fact[];
}

/**
 * Reads from a section what the caller needs to know besides the verdict.
 * @param text the section as it is rendered
 */
type ReadSection<Fact> = (key: string, value: unknown, text: string) => readonly Fact[];

/** The verdict on a configuration, and the facts in its sections. */
interface ReadDevice<Fact> {
  readonly verdict: DeviceVerdict;
  readonly facts: readonly Fact[];
}

/** How many characters of known sections a checker keeps. Then it starts again. */
const mostCached = 16 * 1024 * 1024;

/**
 * Checks many rendered configurations for one release. Those of one device type are mostly equal, so it remembers the
 * verdict on each section (a top-level key with its value), and reads only new ones. A text with an unusual shape, or
 * with sections that depend on each other, is read as a whole.
 */
export class DeviceChecker<Fact = never> {
  readonly release: ReleaseNumber;
  readonly #readSection: ReadSection<Fact>;
  /** null: the verdict may depend on other sections. */
  readonly #known = new Map<string, Section<Fact> | null>();
  #cached = 0;

  constructor(release: ReleaseNumber, readSection: ReadSection<Fact> = () => []) {
    this.release = release;
    this.#readSection = readSection;
  }

  /** @param text the rendered configuration */
  check(text: string): DeviceVerdict {
    return this.read(text).verdict;
  }

  /** @param text the rendered configuration */
  read(text: string): ReadDevice<Fact> {
    const sections = plainSections(text);
    const read = sections === null ? null : this.#readSections(sections);
    if (read !== null) return read;
    const yaml = parsePython(text);
    if (!yaml.ok) return { verdict: { kind: 'unreadable', problem: yaml.problem }, facts: [] };
    const dict = dictOf(yaml.value);
    if (dict === null) return { verdict: { kind: 'not-a-mapping' }, facts: [] };
    return {
      verdict: verdictOf(
        checkDeviceConfiguration(yaml.value, this.release),
        adviseOnConfiguration(yaml.value),
      ),
      facts: [...dict].flatMap(([key, value]) =>
        typeof key === 'string' ? this.#readSection(key, value, text) : [],
      ),
    };
  }

  #readSections(texts: readonly string[]): ReadDevice<Fact> | null {
    const keys = new Set<string>();
    const problems: JobProblem[] = [];
    const warnings: DeviceAdvice[] = [];
    const facts: Fact[] = [];
    for (const text of texts) {
      let section = this.#known.get(text);
      if (section === undefined) this.#remember(text, (section = this.#checkSection(text)));
      // Of two equal keys, only the last one counts.
      if (section === null || keys.has(section.key)) return null;
      keys.add(section.key);
      problems.push(...section.problems);
      warnings.push(...section.warnings);
      facts.push(...section.facts);
    }
    return { verdict: verdictOf(problems, warnings), facts };
  }

  #checkSection(text: string): Section<Fact> | null {
    const yaml = parsePython(text);
    const dict = yaml.ok ? dictOf(yaml.value) : null;
    const [key] = dict?.keys() ?? [];
    if (typeof key !== 'string' || dict?.size !== 1) return null;
    const problems = checkDeviceConfiguration(dict, this.release);
    if (key === 'actions' && problems.length === 0) {
      const worst = new Map([...dict, ['commands', powerCommands]]);
      if (checkDeviceConfiguration(worst, this.release).length > 0) return null;
    }
    const facts = this.#readSection(key, dict.get(key), text);
    return { key, problems, warnings: adviseOnConfiguration(dict), facts };
  }

  #remember(text: string, section: Section<Fact> | null): void {
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
