import { sortFindings, type Finding, type Place, type Severity } from '../diagnostics/index.js';
import type { FindingCode } from './codes.js';
import { isLabPath } from './files/paths.js';

const maximumFindings = 50;

/** If more files than this have the same problem, the cause is not a slip in each of them. It is reported once. */
const mostSlips = 20;

/** Collects the findings of one load, and records which files have errors. What depends on those is blocked. */
export class Report {
  readonly #findings: Finding[] = [];
  readonly #counts = new Map<string, number>();
  readonly #errorCodes = new Map<string, Set<string>>();
  readonly #silenced = new Set<string>();
  readonly #isReported: (file: string) => boolean;

  /** @param isReported whether findings about a file are placed in it. Default: only files of the lab. */
  constructor(isReported: (file: string) => boolean = isLabPath) {
    this.#isReported = isReported;
  }

  /** The place in the lab for a finding about a file outside of it, such as a template of a source. */
  placeOutside: (file: string) => Place = () => ({ file: 'lab-config/lab.yaml' });

  /** Records an error of a file whose finding is reported elsewhere, together with those of others. */
  block(code: FindingCode, file: string): void {
    const codes = this.#errorCodes.get(file) ?? new Set();
    this.#errorCodes.set(file, codes.add(code));
  }

  /** @param blames the files whose dependants are blocked, if they differ from the one of the place */
  error(
    code: FindingCode,
    place: Place,
    message: string,
    hint?: string,
    blames: string | readonly string[] = place.file,
  ): void {
    for (const file of typeof blames === 'string' ? [blames] : blames) this.block(code, file);
    this.#add('error', code, place, message, hint);
  }

  warn(code: FindingCode, place: Place, message: string, hint?: string): void {
    this.#add('warning', code, place, message, hint);
  }

  /** Leaves out the warnings about files that should not be in the lab at all, which another finding reports. */
  silence(files: Iterable<string>): void {
    for (const file of files) this.#silenced.add(file);
  }

  /** Codes of the errors in these files, sorted. Empty if they have none. */
  codesOf(files: Iterable<string>): string[] {
    if (this.#errorCodes.size === 0) return [];
    const codes = new Set<string>();
    for (const file of files) {
      for (const code of this.#errorCodes.get(file) ?? []) codes.add(code);
    }
    return [...codes].sort();
  }

  /** Whether a file has so many findings that more would not help. Loops over hostile input ask this. */
  isFull(file: string): boolean {
    return (this.#counts.get(file) ?? 0) >= maximumFindings;
  }

  hasFindings(file: string): boolean {
    return this.#counts.has(file);
  }

  /** Whether an error was reported at exactly this place. */
  hasErrorAt({ file, line, column }: Place): boolean {
    return this.#findings.some(
      ({ severity, place }) =>
        severity === 'error' && place.file === file && place.line === line && place.column === column,
    );
  }

  hasErrors(file: string): boolean {
    return this.#errorCodes.has(file);
  }

  hasError(file: string, code: FindingCode): boolean {
    return this.#errorCodes.get(file)?.has(code) ?? false;
  }

  /** Files with errors, and the codes of these errors. */
  get broken(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.#errorCodes].map(([file, codes]) => [file, [...codes].sort()]));
  }

  /** Sorted. The same problem in many files is one finding, at the first of them. */
  get findings(): Finding[] {
    const groups = new Map<string, Finding[]>();
    for (const finding of sortFindings(this.#findings)) {
      const { severity, code, message, hint } = finding;
      if (severity === 'warning' && this.#silenced.has(finding.place.file)) continue;
      const key = JSON.stringify([severity, code, message, hint]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [finding]);
      else group.push(finding);
    }
    const shown = [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined || group.length <= mostSlips) return group;
      const files = new Set(group.map(({ place }) => place.file)).size;
      if (files <= mostSlips) return group;
      return [{ ...first, message: `${first.message}; ${files - 1} more files have the same problem` }];
    });
    return sortFindings(shown);
  }

  #add(severity: Severity, code: FindingCode, place: Place, message: string, hint: string | undefined): void {
    this.#counts.set(place.file, (this.#counts.get(place.file) ?? 0) + 1);
    const rest = hint === undefined ? {} : { hint };
    if (this.#isReported(place.file)) this.#findings.push({ code, severity, message, place, ...rest });
    else {
      // Only files of the lab can be corrected in it, and GitHub shows no annotations elsewhere.
      const { file, line, column } = place;
      const outside = [file, line, column].filter((part) => part !== undefined).join(':');
      const located = { message: `${outside}: ${message}`, place: this.placeOutside(file) };
      this.#findings.push({ code, severity, ...located, ...rest });
    }
  }
}
