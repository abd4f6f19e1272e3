/** A LAVA release as a number: year × 100 + month, such as 202301 for 2023.01. */
export type ReleaseNumber = number;

/** The releases for which lavaflow knows what LAVA accepts. Others are treated like the nearest of these. */
export const oldestKnownRelease: ReleaseNumber = 202005;
export const newestKnownRelease: ReleaseNumber = 202610;

/** The release that the embedded master imitates, and that a lab is checked for if its masters do not specify one. */
export const defaultRelease: ReleaseNumber = 202301;

/**
 * The release in a version as LAVA reports it: `2023.01`, `2023.01-2`, `2024.05.0012.g1234abc`. Returns null if the
 * string does not contain a release.
 */
export function parseRelease(version: string): ReleaseNumber | null {
  const parts = /^(\d{4})\.(\d{1,2})(?!\d)/.exec(version.trim());
  if (parts === null) return null;
  const month = Number(parts[2]);
  return month < 1 || month > 12 ? null : Number(parts[1]) * 100 + month;
}

/** As LAVA writes it: `2023.01`. */
export function formatRelease(release: ReleaseNumber): string {
  return `${Math.floor(release / 100)}.${String(release % 100).padStart(2, '0')}`;
}

/** The known release whose rules apply to `release`. */
export function nearestKnownRelease(release: ReleaseNumber): ReleaseNumber {
  return Math.min(newestKnownRelease, Math.max(oldestKnownRelease, release));
}
