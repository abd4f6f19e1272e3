import { resolve } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { gitFailure } from '../run/errors.js';
import { authorization, withHeader } from '../remote/remote-cache.js';
import { parseRemote } from '../remote/urls.js';
import { runGit } from '../run/run-git.js';
import type { RecordRemote } from './record-remote.js';

/**
 * Where to push: a remote of the clone by name (its push URL), or a URL or path. A relative path is relative
 * to the root of the working tree, as for git. Credentials are taken from the URL; otherwise from the header that the
 * clone's configuration sends to this server (`actions/checkout` leaves it there); otherwise from the user's own git
 * (credential helper, ssh agent). Programs in the clone's configuration are never run.
 * @throws UsageError when the remote does not exist
 * @throws ExternalError
 */
export async function findRemote(lab: string, nameOrUrl: string): Promise<RecordRemote> {
  const isName = /^[\w][\w-]*$/.test(nameOrUrl);
  const text = isName ? await pushUrl(lab, nameOrUrl) : nameOrUrl;
  const { url, credentials } = parseRemote(isRelative(text) ? resolve(await rootOf(lab), text) : text);
  const own = authorization(url, credentials);
  if (Object.keys(own).length > 0 || !/^https?:/.test(url)) return { url, environment: own };
  // git itself reads the user's own configuration: the header must not be sent twice.
  const header = await config(lab, ['--local', '--includes', '--get-urlmatch', 'http.extraHeader', url]);
  return { url, environment: header === '' ? {} : withHeader(url, header) };
}

/** Whether git reads this as a path: it has no colon before its first slash. */
function isRelative(text: string): boolean {
  return /^[^-/:][^/:]*(\/|$)/.test(text);
}

async function rootOf(lab: string): Promise<string> {
  try {
    return (await runGit(lab, ['rev-parse', '--show-toplevel'])).replace(/\n$/, '');
  } catch (error) {
    throw gitFailure(error, 'open the lab repository', lab);
  }
}

/** The lab's directory in its repository: two labs in one repository have separate records. */
export async function labPrefix(lab: string): Promise<string> {
  try {
    return (await runGit(lab, ['rev-parse', '--show-prefix'])).trim();
  } catch (error) {
    throw gitFailure(error, 'open the lab repository', lab);
  }
}

async function pushUrl(lab: string, name: string): Promise<string> {
  for (const key of [`remote.${name}.pushurl`, `remote.${name}.url`]) {
    const url = await config(lab, ['--local', '--includes', '--get', key]);
    if (url !== '') return url;
  }
  throw new UsageError(
    `the lab repository has no remote ${name}`,
    'Add it with `git remote add`, or give its URL.',
  );
}

/** `''` if it is not set. */
async function config(lab: string, args: readonly string[]): Promise<string> {
  try {
    return (await runGit(lab, ['config', ...args], { noneCode: 1 })).trim();
  } catch (error) {
    throw gitFailure(error, 'read the configuration of the clone', lab);
  }
}
