import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A genuine LAVA release that tests can run against. */
export interface StockRelease {
  /** Such as `2026.10`. */
  readonly release: string;
  /** The Debian system that has it: '' is this machine, otherwise install.sh puts it there. */
  readonly root: string;
  /** Whose owner uses its only database and /etc/lava-server. */
  readonly lock: string;
}

/** The release of Debian 12, which is installed on the machine itself. */
const machineRelease = '2023.01';
/** Releases that install.sh can install. */
export const otherReleases: readonly string[] = ['2020.12', '2026.10'];

const directory = process.env['LAVAFLOW_LAVA_DIRECTORY'] ?? '/var/tmp/lavaflow-lava';

/** How long a test file waits until the other files of its run have used the master. */
export const turnTimeoutMs = 3_600_000;

/** The release that the tests of this vitest project run against; vitest.config.ts has one project for each. */
export const stockRelease: StockRelease = stockReleaseOf(
  process.env['LAVAFLOW_STOCK_RELEASE'] ?? machineRelease,
);

export function stockReleaseOf(release: string): StockRelease {
  return release === machineRelease
    ? { release, root: '', lock: '/tmp/lavaflow-stock-lava.lock' }
    : { release, root: join(directory, release, 'root'), lock: join(directory, release, 'lock') };
}

/**
 * The releases besides the machine's that a run covers: a list in LAVAFLOW_LAVA_RELEASES, separated by commas.
 * @throws Error if install.sh does not know one of them
 */
export function otherReleasesOfRun(): readonly string[] {
  const names = (process.env['LAVAFLOW_LAVA_RELEASES'] ?? '').split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !otherReleases.includes(name));
  if (unknown.length > 0) throw new Error(`LAVAFLOW_LAVA_RELEASES: no tests for ${unknown.join(', ')}`);
  return names;
}

/** null if install.sh has installed it, or it is the machine's own. */
export function whyNotInstalled({ release, root }: StockRelease): string | null {
  if (root === '' || existsSync(join(root, '..', 'installed'))) return null;
  return `LAVA ${release} is not installed here; as root: bash test/support/stock-lava/install.sh ${release}`;
}
