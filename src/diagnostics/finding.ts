export type Severity = 'error' | 'warning' | 'note';

/** A place in a user's file. Lines and columns count from 1; columns count characters (code points). */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * A problem in a user's file. Findings are values: checks return all of them and never throw. `code` is stable
 * kebab-case (`dictionary-extends-nothing`), documented in docs/findings.md.
 */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
  /** What to do about it. */
  readonly hint?: string;
}

/** Whether one of the findings blocks what depends on its file. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}

/** Sorts by file, line, column and code, so that the same repo always produces the same list. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      compareText(a.place.file, b.place.file) ||
      (a.place.line ?? 0) - (b.place.line ?? 0) ||
      (a.place.column ?? 0) - (b.place.column ?? 0) ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
