import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { createJobsClient, type JobsClient } from '../../lava/index.js';
import type { LabFeedback } from '../lab/index.js';
import {
  chooseMaster,
  originOf,
  readSecret,
  readTokenFile,
  requireAccess,
  type Access,
} from '../masters/index.js';
import { expectOwnState, placeOf, readEndpoint } from '../state/index.js';

/** The master whose jobs, boards or workers a use case is about. */
export interface MasterChoice {
  /** The lab's directory. */
  readonly lab: string;
  /** A master of the lab; default: the embedded one, or the only one that is not off. */
  readonly master?: string | undefined;
  /** A master outside any lab. */
  readonly url?: string | undefined;
  /** With `url`: the file with its token. */
  readonly tokenFile?: string | undefined;
  /** With `url`: the environment variable with its token. */
  readonly tokenEnv: string;
}

/**
 * @throws UsageError when no master is chosen or it is off
 * @throws ExternalError
 */
export async function openJobs(choice: MasterChoice, feedback: LabFeedback): Promise<JobsClient> {
  const { url } = choice;
  return createJobsClient(url === undefined ? await accessInLab(choice, feedback) : accessByUrl(url, choice));
}

function accessByUrl(url: string, { tokenFile, tokenEnv }: MasterChoice): Access {
  const reference = tokenFile === undefined ? { env: tokenEnv } : { file: tokenFile };
  const token = readSecret(reference, '/');
  if (token !== null && token !== '') return { url, token, tokenOrigin: originOf(reference) };
  throw new UsageError(`there is no token for ${url}`, `Set ${tokenEnv}, or specify --token-file FILE.`);
}

async function accessInLab(choice: MasterChoice, feedback: LabFeedback): Promise<Access> {
  await expectOwnState(choice.lab);
  const place = placeOf(choice.lab);
  // The embedded master is known from its endpoint file, even while the lab has findings.
  const endpoint = choice.master === undefined ? readEndpoint(place.state) : null;
  if (endpoint !== null) {
    const { url, adminTokenFile } = endpoint;
    return { url, token: readTokenFile(adminTokenFile), tokenOrigin: `the file ${adminTokenFile}` };
  }
  if (choice.master === undefined && !existsSync(join(choice.lab, 'lab-config'))) {
    throw new UsageError(
      `${choice.lab} is not a lab, so there is no master to use`,
      'Specify --lab DIR, or --url URL with --token-file FILE.',
    );
  }
  // Loaded here because the other cases do not need it and start faster without it.
  const { openLab } = await import('./open-lab.js');
  const { lab } = await openLab(choice.lab, null, feedback);
  return requireAccess(chooseMaster(lab, choice.master, place), 'admin', place);
}
