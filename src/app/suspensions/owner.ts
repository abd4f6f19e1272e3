import { hostname, userInfo } from 'node:os';

import { configuredAuthor } from '../../git/index.js';

/**
 * Who is responsible for what this run decides: the given name; the user who started a workflow of GitHub Actions; the
 * user that git knows; or the user of this machine.
 * @throws ExternalError
 */
export async function findOwner(lab: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const actor = process.env['GITHUB_ACTIONS'] === 'true' ? (process.env['GITHUB_ACTOR'] ?? '') : '';
  if (actor !== '') return `@${actor}`;
  const { name, email } = await configuredAuthor(lab);
  return name === 'lavaflow' ? `${userInfo().username} on ${hostname()}` : `${name} <${email}>`;
}
