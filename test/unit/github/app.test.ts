/** A GitHub App: it acts as its installation in the repository, and may read teams. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { connectGitHub, type GitHub } from '../../../src/github/index.js';
import { startGitHub, type GitHubStandIn } from '../../support/github/index.js';

const repository = 'example-org/lab';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const marker = '<!-- lavaflow review -->';

let github: GitHubStandIn;
beforeEach(async () => {
  github = await startGitHub({ repository });
  github.addPull({
    number: 7,
    author: 'vendor',
    title: 'Move a board',
    head: { sha: 'a'.repeat(40), ref: 'move' },
    base: { sha: 'b'.repeat(40), ref: 'main' },
  });
  github.addTeam('example-org', 'keepers', ['vera']);
});
afterEach(async () => {
  await github.stop();
});

function connect(appId: string, key = privateKey): GitHub {
  const text = key.export({ type: 'pkcs1', format: 'pem' }).toString();
  return connectGitHub({
    ...{ apiUrl: github.url, repository, retryUnitMs: 1 },
    credentials: { appId, privateKey: text },
  });
}

it('writes comments as a bot, updates them, and knows the members of teams', async () => {
  const { id } = github.addApp({
    slug: 'lavaflow',
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    permissions: { issues: 'write', pull_requests: 'write', members: 'read' },
  });
  const client = connect(String(id));
  await client.putComment(7, marker, `${marker}\none`);
  await client.putComment(7, marker, `${marker}\ntwo`);
  expect(github.state.comments.map(({ body, author }) => [body, author.login])).toEqual([
    [`${marker}\ntwo`, 'lavaflow[bot]'],
  ]);
  expect(await client.teamMembers('example-org', 'keepers')).toEqual(['vera']);
  const tokens = github.requests.filter(({ path }) => path.endsWith('/access_tokens'));
  expect(tokens).toHaveLength(1);
});

it('that does not exist, or has another key, is a failure that names it and reveals no key', async () => {
  await expect(connect('4711').readPull(7)).rejects.toMatchObject({
    name: 'ExternalError',
    retry: 'after-change',
    message:
      'cannot find the installation of app 4711 (example-org/lab): GitHub knows no such app, or it is not installed in this repository. Install the app in the repository, and check its ID and key.',
  });
  const { id } = github.addApp({
    slug: 'lavaflow',
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    permissions: {},
  });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  await expect(connect(String(id), other).readPull(7)).rejects.toMatchObject({
    name: 'ExternalError',
    retry: 'after-change',
    hint: 'Check the token, or the ID and the key of the app.',
  });
});
