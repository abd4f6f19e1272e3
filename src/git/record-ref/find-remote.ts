import { resolve } from 'node:path';

import { UsageError } from '../../diagnostics/index.js';
import { gitFailure } from '../run/errors.js';
import { authorization, withHeader } from '../remote/remote-cache.js';
import { parseRemote } from '../remote/urls.js';
import { runGit } from '../run/run-git.js';
import type { RecordRemote } from './record-remote.js';

/**
 * Where to push: a remote of the clone by name (its push URL), or a URL or path. A relative path starts at the root of
 * the working tree, as git takes it. Credentials: those in the URL; else those
 * that the clone's configuration sends to this server in a header (`actions/checkout` leaves them there); else what
 * the user's own git has (credential helper, ssh agent). Nothing in the clone's configuration is run.
 * @throws UsageError when there is no such remote
 * @throws ExternalError
 */
export async function findRemote(lab: string, nameOrUrl: string): Promise<RecordRemote> {
  const isName = /^[\w][\w-]*$/.test(nameOrUrl);
  const text = isName ? await pushUrl(lab, nameOrUrl) : nameOrUrl;
  const { url, credentials } = parseRemote(isRelative(text) ? resolve(await rootOf(lab), text) : text);
  const own = authorization(url, credentials);
  if (Object.keys(own).length > 0 || !/^https?:/.test(url)) return { url, environment: own };
  // What the user's own configuration says, git reads itself: the header must not be sent twice.
  const header = await config(lab, ['--local', '--includes', '--get-urlmatch', 'http.extraHeader', url]);
  return { url, environment: header === '' ? {} : withHeader(url, header) };
}

/** A path, for git: no colon comes before its first slash. */
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

/** The lab's place in its repository: two labs in one repository have records of their own. */
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

/** `''` when it is not set. */
async function config(lab: string, args: readonly string[]): Promise<string> {
  try {
    return (await runGit(lab, ['config', ...args], { noneCode: 1 })).trim();
  } catch (error) {
    throw gitFailure(error, 'read the configuration of the clone', lab);
  }
}
