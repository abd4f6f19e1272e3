import { formatRelease, knownReleases, noteOnRelease, type ReleaseNumber } from '../model/index.js';
import type { JobProblem } from './problem.js';

/**
 * Adds to problems that a later release does not have since which release LAVA accepts the same.
 * @param judge the problems by the rules of another release
 * @param note completes the hint: `the master runs 2023.01`
 */
export function withLaterRelease(
  problems: readonly JobProblem[],
  release: ReleaseNumber,
  judge: (release: ReleaseNumber) => readonly JobProblem[],
  note: string = noteOnRelease(release),
): readonly JobProblem[] {
  const later = knownReleases.filter((one) => one > release);
  if (problems.length === 0 || later.length === 0) return problems;
  const places = new Map<ReleaseNumber, ReadonlySet<string>>();
  const isAccepted = (problem: JobProblem, by: ReleaseNumber): boolean => {
    let rejected = places.get(by);
    if (rejected === undefined) places.set(by, (rejected = new Set(judge(by).map(placeOf))));
    return !rejected.has(placeOf(problem));
  };
  return problems.map((problem) => {
    const since = firstAccepted(later, (one) => isAccepted(problem, one));
    if (since === undefined) return problem;
    return { ...problem, hint: `Use it only with LAVA ${formatRelease(since)} or later: ${note}.` };
  });
}

/** What LAVA accepts, it hardly ever rejects again in a later release. */
function firstAccepted(
  releases: readonly ReleaseNumber[],
  isAccepted: (release: ReleaseNumber) => boolean,
): ReleaseNumber | undefined {
  const newest = releases.at(-1);
  if (newest === undefined || !isAccepted(newest)) return undefined;
  let [low, high] = [0, releases.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAccepted(releases[middle] ?? newest)) high = middle;
    else low = middle + 1;
  }
  return releases[low];
}

function placeOf({ at }: JobProblem): string {
  return JSON.stringify(at);
}
