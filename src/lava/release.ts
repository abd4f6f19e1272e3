/** A LAVA release, `YYYY.MM`, optionally with a point release. Releases are compared by their number. */
export interface Release {
  readonly text: string;
  /** year × 100 + month */
  readonly number: number;
}

/**
 * The release in a version as LAVA reports it: `2023.01`, `2023.01-2`, `2024.05.0012.g1234abc`. Returns null if the
 * string does not contain a release.
 */
export function parseRelease(version: string): Release | null {
  const parts = /^(\d{4})\.(\d{1,2})(?!\d)/.exec(version.trim());
  if (parts === null) return null;
  const month = Number(parts[2]);
  if (month < 1 || month > 12) return null;
  return { text: version.trim(), number: Number(parts[1]) * 100 + month };
}
