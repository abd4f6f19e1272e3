import { formatRelease, newestKnownRelease, noteOnRelease, type ReleaseNumber } from '../../model/index.js';

/**
 * LAVA's own filters, and the first release with each (`lava_common/jinja.py`; before 2024.01, LAVA had none).
 */
const filtersSince: ReadonlyMap<string, ReleaseNumber> = new Map([
  ['shlex_quote', 202401],
  ['yaml_quote', 202401],
  ['qemu_guest_fs_interface', 202607],
]);

/** The first release that renders with the name and the type of the device (`Device.load_configuration`). */
const namesDeviceSince: ReleaseNumber = 202606;

/**
 * LAVA's own filters that a release lacks, each with a hint.
 * @param note completes the hint: `the master runs 2023.01`
 */
export function missingFilters(
  release: ReleaseNumber,
  note: string = noteOnRelease(release),
): ReadonlyMap<string, string> {
  return new Map(
    [...filtersSince].flatMap(([name, first]): [string, string][] => {
      if (release >= first) return [];
      return [
        [name, `Write it without ${name}: LAVA has this filter since ${formatRelease(first)}, and ${note}.`],
      ];
    }),
  );
}

/** Whether a release renders with `scheduled_device_name` and `scheduled_device_type`. */
export function namesDevice(release: ReleaseNumber): boolean {
  return release >= namesDeviceSince;
}

/**
 * Groups releases that render every dictionary in the same way.
 * @returns one list per group, oldest first; each list is sorted
 */
export function groupByRendering(releases: readonly ReleaseNumber[]): readonly (readonly ReleaseNumber[])[] {
  if (releases.length === 1) return [releases];
  const groups = new Map<string, ReleaseNumber[]>();
  for (const release of [...new Set(releases)].sort((a, b) => a - b)) {
    const key = [namesDevice(release), ...missingFilters(release).keys()].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [release]);
    else group.push(release);
  }
  return [...groups.values()];
}

/** For templates that do not belong to a master. */
export const newestRendering: ReleaseNumber = newestKnownRelease;
