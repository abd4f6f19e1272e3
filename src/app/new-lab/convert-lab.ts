import { basename, resolve } from 'node:path';

import { convertDirectories, type ConvertedLab } from '../../lab/index.js';
import { likelySecrets, secretWorkerFiles, type LikelySecret } from '../../reconcile/index.js';
import type { InitOptions } from './init-lab.js';
import { readLavaDirectories } from './lava-directories.js';
import { labNameOf, requireName } from './names.js';
import { expectNothing, makeRepository, type Interruption, type NewRepository } from './new-repository.js';
import { findOwnSource } from './own-source.js';

export interface ConvertedRepository extends NewRepository {
  readonly converted: ConvertedLab;
  /** Lines to review before the lab is pushed anywhere. */
  readonly likelySecrets: readonly LikelySecret[];
}

/**
 * Creates a lab repo from the directories of a LAVA server, which are only read. Secrets are treated as
 * `importLab` treats them.
 * @param from such as /etc/lava-server, or a copy of it in a repository
 * @throws UsageError when there are no dictionaries, the new directory is not empty, or a name is not valid
 * @throws ExternalError
 */
export async function convertLab(
  from: string,
  options: InitOptions,
  interruption: Interruption,
): Promise<ConvertedRepository> {
  const site = requireName('site', options.site);
  const lab = labNameOf(options.name ?? basename(resolve(options.directory)), site);
  await expectNothing(resolve(options.directory));
  const found = await readLavaDirectories(resolve(from));
  const choices = { lab, site, installs: await findOwnSource() };
  const converted = convertDirectories(found, choices, secretWorkerFiles);
  const made = await makeRepository({
    directory: options.directory,
    files: converted.files,
    message: `Convert LAVA's directories to the lab ${lab}`,
    interruption,
  });
  return { ...made, converted, likelySecrets: likelySecrets(converted.files) };
}
