import {
  defaultRelease,
  nearestKnownRelease,
  parseRelease,
  type ObservedMaster,
  type ReleaseNumber,
} from '../../model/index.js';

/** The LAVA release by whose rules a master renders and judges devices. The embedded master imitates a fixed one. */
export function releaseOf({
  software,
  release,
}: Pick<ObservedMaster, 'software' | 'release'>): ReleaseNumber {
  if (software === 'lavaflow') return defaultRelease;
  return nearestKnownRelease(parseRelease(release) ?? defaultRelease);
}
