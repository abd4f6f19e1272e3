import { basename, resolve } from 'node:path';

import { newLab } from '../../lab/index.js';
import { labNameOf, requireName } from './names.js';
import { makeRepository, type Interruption, type NewRepository } from './new-repository.js';
import { findOwnSource } from './own-source.js';

export interface InitOptions {
  /** Must be empty, or not exist yet. */
  readonly directory: string;
  /** What people call the lab; default: the directory's name. */
  readonly name?: string | undefined;
  /** The site of its first worker. */
  readonly site: string;
}

/**
 * Creates a lab repo with one commit.
 * @throws UsageError when the directory is not empty or a name is not valid
 * @throws ExternalError
 */
export async function initLab(
  options: InitOptions,
  interruption: Interruption,
): Promise<NewRepository & { readonly lab: string }> {
  const site = requireName('site', options.site);
  const lab = labNameOf(options.name ?? basename(resolve(options.directory)), site);
  const files = newLab({ lab, site, installs: await findOwnSource() });
  const made = await makeRepository({
    directory: options.directory,
    files,
    message: `Create the lab ${lab}`,
    interruption,
  });
  return { ...made, lab };
}
