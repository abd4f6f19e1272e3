import { resolve } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { copyOf, newestRelease, stateFromJson, type MasterState } from '../../simulator/index.js';
import { originOf, readSecret } from '../masters/index.js';
import { describeUnread, requireWhole, seeMaster, type SeenMaster } from './copy-master.js';
import { readIfThere } from './files.js';

export interface BeginningOptions {
  /** The LAVA release to imitate; default: 2023.01, or that of the copied master. */
  readonly release?: string | undefined;
  /** The URL of a master to copy. It is only read. */
  readonly copyOf?: string | undefined;
  /** With `copyOf`: the environment variable with its token; default: LAVA_TOKEN. */
  readonly tokenEnv?: string | undefined;
  /** With `copyOf`: the file with its token, instead of `tokenEnv`. */
  readonly tokenFile?: string | undefined;
  /** The file with the state of an earlier run; used when it exists. */
  readonly state?: string | undefined;
}

/** What a simulated master begins with. */
export interface Beginning {
  readonly release: string;
  /** Null: a new installation. */
  readonly state: MasterState | null;
}

/**
 * Returns the stored state, a copy of another master, or a new installation.
 * @throws UsageError
 * @throws ExternalError
 */
export async function chooseBeginning(
  options: BeginningOptions,
  feedback: { onRemark(text: string): void },
): Promise<Beginning> {
  const stored = options.state === undefined ? null : readIfThere(options.state);
  if (stored !== null) return storedBeginning(stored, options.state ?? '', options);
  if (options.copyOf === undefined) return { state: null, release: options.release ?? '2023.01' };

  const tokenFrom =
    options.tokenFile === undefined
      ? { env: options.tokenEnv ?? 'LAVA_TOKEN' }
      : { file: resolve(options.tokenFile) };
  const token = readSecret(tokenFrom, '/');
  if (token === null) {
    throw new UsageError(`${originOf(tokenFrom)} is not set`, 'Set it, or specify --token-file FILE.');
  }
  const seen = await seeMaster({ url: options.copyOf, token, tokenOrigin: originOf(tokenFrom) });
  requireWhole(seen, options.copyOf);
  const release = options.release ?? releaseLike(seen.observed, feedback);
  for (const line of describeUnread(seen)) feedback.onRemark(line);
  return { state: copyOf(seen.observed, seen.templates, release), release };
}

function storedBeginning(text: string, file: string, options: BeginningOptions): Beginning {
  if (options.copyOf !== undefined) {
    throw new UsageError(
      `${file} already exists`,
      'Leave out --copy-of to continue with it, or remove the file.',
    );
  }
  const { state, release } = stateFromJson(text, file);
  return { state, release: options.release ?? release };
}

/**
 * Returns the release of the copied master, or the newest known one.
 * @throws UsageError when that master is not LAVA
 */
function releaseLike(
  { software, release, remarks = [] }: SeenMaster['observed'],
  feedback: { onRemark(text: string): void },
): string {
  if (software !== 'lava') {
    throw new UsageError(
      `the master to copy is ${software} ${release}, not LAVA`,
      'Specify with --release which LAVA release to imitate.',
    );
  }
  if (remarks.length === 0) return release;
  // A release that is newer or older than the known ones, or not a release at all.
  feedback.onRemark(
    `${remarks.join('; ')}: the copy imitates LAVA ${newestRelease}; use --release to choose another`,
  );
  return newestRelease;
}
