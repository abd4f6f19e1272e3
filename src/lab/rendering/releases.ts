import {
  defaultRelease,
  formatRelease,
  nearestKnownRelease,
  type Master,
  type ReleaseNumber,
} from '../../model/index.js';
import { mayServe } from '../desired.js';
import type { LabParts } from '../lab-parts.js';
import type { LabDevice } from '../devices/read-dictionaries.js';
import { noteOnMaster, type Released } from '../note-on-master.js';

/** The LAVA releases by which a lab is checked. */
export interface LabReleases {
  /** The releases of the masters that serve a device, each once, sorted. */
  of(device: LabDevice | undefined): readonly ReleaseNumber[];
  /** The newest release of any master. */
  readonly newest: ReleaseNumber;
  /** Who decided that this release applies: the file of a master, or nobody. Completes a hint. */
  readonly noteOn: (release: ReleaseNumber) => string;
}

const onlyDefault: readonly ReleaseNumber[] = [defaultRelease];

/** A device that no master serves is checked by the default release. */
export function labReleases(
  masters: ReadonlyMap<string, Released & Pick<Master, 'sites'>>,
  parts: Pick<LabParts, 'workers' | 'tree'>,
): LabReleases {
  const all = releasesOf(masters.values());
  const known = new Map<string | null, readonly ReleaseNumber[]>();
  return {
    newest: all.at(-1) ?? defaultRelease,
    noteOn: (release) => noteOn(release, [...masters.values()]),
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

function noteOn(release: ReleaseNumber, masters: readonly Released[]): string {
  const running = masters.filter((master) => ruleOf(master) === release);
  const sure = running.find((master) => master.release !== undefined) ?? running[0];
  return sure === undefined ? `${formatRelease(release)} is assumed` : noteOnMaster(sure);
}

function ruleOf({ release }: Pick<Master, 'release'>): ReleaseNumber {
  return nearestKnownRelease(release ?? defaultRelease);
}

function releasesOf(masters: Iterable<Pick<Master, 'release'>>): readonly ReleaseNumber[] {
  const releases = new Set<ReleaseNumber>();
  for (const master of masters) releases.add(ruleOf(master));
  return [...releases].sort((a, b) => a - b);
}
