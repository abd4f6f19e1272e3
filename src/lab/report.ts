import { sortFindings, type Finding, type Place, type Severity } from '../diagnostics/index.js';
import type { FindingCode } from './codes.js';

const maximumFindings = 50;

/** An error to report. */
export interface ReportedError {
  readonly code: FindingCode;
  readonly place: Place;
  readonly message: string;
  readonly hint: string | undefined;
  /** The file whose dependants are blocked. */
  readonly blames: string;
}

/** Collects the findings of one load, and records which files have errors. What depends on those is blocked. */
export class Report {
  readonly #findings: Finding[] = [];
  readonly #counts = new Map<string, number>();
  readonly #errorCodes = new Map<string, Set<string>>();

  /** @param blames the file whose dependants are blocked, if it differs from the one of the place */
  error(code: FindingCode, place: Place, message: string, hint?: string, blames = place.file): void {
    const codes = this.#errorCodes.get(blames) ?? new Set();
    this.#errorCodes.set(blames, codes.add(code));
    this.#add('error', code, place, message, hint);
  }

  warn(code: FindingCode, place: Place, message: string, hint?: string): void {
    this.#add('warning', code, place, message, hint);
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

  get findings(): Finding[] {
    return sortFindings(this.#findings);
  }

  #add(severity: Severity, code: FindingCode, place: Place, message: string, hint: string | undefined): void {
    this.#counts.set(place.file, (this.#counts.get(place.file) ?? 0) + 1);
    this.#findings.push({ code, severity, message, place, ...(hint === undefined ? {} : { hint }) });
  }
}
