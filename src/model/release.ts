/** A LAVA release as a number: year × 100 + month, such as 202301 for 2023.01. */
export type ReleaseNumber = number;

/** The releases for which lavaflow knows what LAVA accepts. Others are treated like the nearest of these. */
export const oldestKnownRelease: ReleaseNumber = 202005;
export const newestKnownRelease: ReleaseNumber = 202610;

/** All releases between them. Later additions to a release, such as 2022.01.1, follow its rules. */
export const knownReleases: readonly ReleaseNumber[] = [
  ...[202005, 202006, 202007, 202008, 202009, 202010, 202012],
  ...[202101, 202103, 202104, 202105, 202108, 202109, 202110, 202111],
  ...[202201, 202202, 202203, 202204, 202205, 202206, 202208, 202210, 202211],
  ...[202301, 202302, 202303, 202305, 202306, 202308, 202310],
  ...[202401, 202403, 202405, 202409],
  ...[202502, 202504, 202506, 202510],
  ...[202601, 202602, 202604, 202605, 202606, 202607, 202610],
];

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

/** Completes a hint about what only a later release has: which release applies, and who decided that. */
export function noteOnRelease(release: ReleaseNumber): string {
  return `the master runs ${formatRelease(release)}`;
}

/** The known release whose rules apply to `release`. */
export function nearestKnownRelease(release: ReleaseNumber): ReleaseNumber {
  return Math.min(newestKnownRelease, Math.max(oldestKnownRelease, release));
}
