import { defaultRelease, nearestKnownRelease, type Master, type ReleaseNumber } from '../../model/index.js';
import { mayServe, type LabParts } from '../desired.js';
import type { LabDevice } from '../devices/read-dictionaries.js';

/** The LAVA releases by which a lab is checked. */
export interface LabReleases {
  /** The releases of the masters that serve a device, each once, sorted. */
  of(device: LabDevice | undefined): readonly ReleaseNumber[];
  /** The newest release of any master. */
  readonly newest: ReleaseNumber;
}

const onlyDefault: readonly ReleaseNumber[] = [defaultRelease];

/** A device that no master serves is checked by the default release. */
export function labReleases(
  masters: ReadonlyMap<string, Pick<Master, 'sites' | 'release'>>,
  parts: Pick<LabParts, 'workers' | 'tree'>,
): LabReleases {
  const all = releasesOf(masters.values());
  const known = new Map<string | null, readonly ReleaseNumber[]>();
  return {
    newest: all.at(-1) ?? defaultRelease,
    of(device) {
      // Usually all masters run the same release.
      if (device === undefined || all.length < 2) return all.length === 1 ? all : onlyDefault;
      const site = device.worker === null ? device.site : (parts.workers.get(device.worker)?.site ?? null);
      let releases = known.get(site);
      if (releases === undefined) {
        const serving = [...masters.values()].filter((master) => mayServe(master, parts, device));
        releases = serving.length === 0 ? onlyDefault : releasesOf(serving);
        known.set(site, releases);
      }
      return releases;
    },
  };
}

function releasesOf(masters: Iterable<Pick<Master, 'release'>>): readonly ReleaseNumber[] {
  const releases = new Set<ReleaseNumber>();
  for (const { release } of masters) releases.add(nearestKnownRelease(release ?? defaultRelease));
  return [...releases].sort((a, b) => a - b);
}
