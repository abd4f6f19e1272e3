/**
 * Which directories of templates a lab may name. A pull request can name any path of the machine that checks it, or
 * replace a directory by a link to one. So templates are read from the repository of the lab; from other directories
 * only if the operator of this machine or the base branch allows it.
 */
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve, sep } from 'node:path';
import { UsageError } from '../../diagnostics/index.js';

/** Directories that the operator allows, separated by `:`. What is below them is allowed too. */
const variable = 'LAVAFLOW_TEMPLATE_DIRECTORIES';

/** LAVA's own templates, as Debian's package installs them. */
const publicDirectories = ['/usr/share/lava-server/device-types'];

export interface DirectoryConsent {
  /** The base branch names this directory. */
  readonly isInBase: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The path of a source's directory.
 * @param lab the directory that relative paths start from
 * @throws UsageError when the lab may not name it
 */
export function templateDirectory(lab: string, directory: string, consent: DirectoryConsent): string {
  const named = resolve(lab, directory);
  const real = realPathOf(named);
  const repository = repositoryOf(lab);
  if (isWithin(repository, real)) return named;
  // A link in the repository that leads out of it is not what the base branch named.
  const isNamedOutside = !isWithin(repository, resolve(realPathOf(resolve(lab)), directory));
  if (consent.isInBase && isNamedOutside) return named;
  const allowed = [...publicDirectories, ...(consent.environment[variable] ?? '').split(delimiter)];
  if (allowed.some((one) => one.startsWith('/') && isWithin(realPathOf(one), real))) return named;
  throw new UsageError(
    `the directory ${JSON.stringify(directory)} is outside of the lab's repository`,
    `Copy its templates into the lab, name their git repository, or set ${variable}=${real} to allow it on this machine.`,
  );
}

function isWithin(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : `${directory}${sep}`);
}

/** Without links; of a path that does not exist, as far as it does. */
function realPathOf(path: string): string {
  const parent = dirname(path);
  try {
    return realpathSync(path);
  } catch {
    return parent === path ? path : join(realPathOf(parent), path.slice(parent.length));
  }
}

/** The top directory of the lab's clone; the lab itself if it is not in a repository. */
function repositoryOf(lab: string): string {
  const start = realPathOf(resolve(lab));
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return start;
  }
}
