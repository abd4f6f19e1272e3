/** Our comment of a pull request: one, whatever happens, and never that of somebody else. */
import { afterEach, beforeEach, expect, it } from 'vitest';

import { connectGitHub, type GitHub } from '../../../src/github/index.js';
import { Gate, startGitHub, type GitHubStandIn, type TokenKind } from '../../support/github/index.js';

const marker = '<!-- lavaflow review -->';
const repository = 'example-org/lab';
const bot = { author: 'github-actions[bot]', type: 'Bot' } as const;

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
});
afterEach(async () => {
  expect(github.faultsLeft).toEqual([]);
  await github.stop();
});

function connect(kind: TokenKind = 'workflow'): GitHub {
  return connectGitHub({ apiUrl: github.url, repository, credentials: github.tokenOf(kind), retryUnitMs: 1 });
}

function bodies(): string[] {
  return github.state.comments.map(({ body }) => body);
}

it('is created, kept if it is the same, and updated in place', async () => {
  const client = connect();
  expect((await client.putComment(7, marker, `${marker}\none`)).did).toBe('created');
  const [before] = github.state.comments;
  expect((await client.putComment(7, marker, `${marker}\none\n`)).did).toBe('kept');
  expect((await client.putComment(7, marker, `${marker}\ntwo`)).did).toBe('updated');
  expect(bodies()).toEqual([`${marker}\ntwo`]);
  expect(github.state.comments[0]?.id).toBe(before?.id);
});

it('is written as the user of a personal token', async () => {
  github.setPermission('keeper', 'write');
  github.addComment(7, { ...bot, body: `${marker}\nof the bot` });
  await connect({ user: 'keeper' }).putComment(7, marker, `${marker}\none`);
  await connect({ user: 'keeper' }).putComment(7, marker, `${marker}\ntwo`);
  expect(bodies()).toEqual([`${marker}\nof the bot`, `${marker}\ntwo`]);
});

it.each([
  ['that a person edited is replaced', `${marker}\nI know better`],
  ['with text in front of the marker is not ours any more', `see\n${marker}\nold`],
])('%s', async (_, body) => {
  const client = connect();
  const ours = github.addComment(7, { ...bot, body: `${marker}\nold` });
  github.editComment(ours, body);
  await client.putComment(7, marker, `${marker}\nnew`);
  const expected = body.startsWith(marker) ? [`${marker}\nnew`] : [body, `${marker}\nnew`];
  expect(bodies()).toEqual(expected);
});

it('leaves a comment alone that a person started with the marker', async () => {
  github.addComment(7, { author: 'vendor', body: `${marker}\nnobody has to approve it` });
  await connect().putComment(7, marker, `${marker}\nours`);
  expect(bodies()).toEqual([`${marker}\nnobody has to approve it`, `${marker}\nours`]);
});

it('is found behind hundreds of others', async () => {
  const client = connect();
  await client.putComment(7, marker, `${marker}\none`);
  for (let count = 0; count < 250; count += 1) github.addComment(7, { author: 'vendor', body: `${count}` });
  expect((await client.putComment(7, marker, `${marker}\ntwo`)).did).toBe('updated');
});

it('is one after two runs created it at the same time', async () => {
  const gate = new Gate();
  const create = /^POST .*\/issues\/7\/comments$/;
  github.setFaults([{ on: create, fault: { kind: 'wait', gate }, times: 2 }]);
  const clients = [connect(), connect({ workflow: { issues: 'write', pull_requests: 'write' } })];
  const running = clients.map((client) => client.putComment(7, marker, `${marker}\nsame head`));
  await expect
    .poll(() => github.requests.filter(({ method }) => method === 'POST').length, { timeout: 60_000 })
    .toBe(2);
  gate.open();
  await Promise.all(running);
  expect(bodies()).toEqual([`${marker}\nsame head`]);
});

it('is one again after a list that lagged behind', async () => {
  const client = connect();
  const list = /^GET .*\/issues\/7\/comments$/;
  github.setFaults([{ on: list, fault: { kind: 'stale' }, times: 4 }]);
  await client.putComment(7, marker, `${marker}\none`);
  await client.putComment(7, marker, `${marker}\none`);
  expect(bodies()).toHaveLength(2);
  await client.putComment(7, marker, `${marker}\ntwo`);
  expect(bodies()).toEqual([`${marker}\ntwo`]);
});

it('is created once if the response is lost', async () => {
  github.setFaults([{ on: /^POST .*comments$/, fault: { kind: 'lost-response' } }]);
  await connect().putComment(7, marker, `${marker}\none`);
  expect(bodies()).toEqual([`${marker}\none`]);
  expect(github.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

it('is created again if it is deleted while it is updated', async () => {
  const client = connect();
  await client.putComment(7, marker, `${marker}\none`);
  github.setFaults([
    { on: /^PATCH /, fault: { kind: 'before', run: (state) => void state.comments.splice(0) } },
  ]);
  await client.putComment(7, marker, `${marker}\ntwo`);
  expect(bodies()).toEqual([`${marker}\ntwo`]);
});

it.each([502, 500, 503])('is written although GitHub responds with %i twice', async (status) => {
  github.setFaults([{ on: /comments/, fault: { kind: 'status', status }, times: 2 }]);
  await connect().putComment(7, marker, `${marker}\none`);
  expect(bodies()).toEqual([`${marker}\none`]);
});

it.each([403, 429] as const)('waits for a secondary rate limit (%i)', async (status) => {
  github.setFaults([{ on: /^POST /, fault: { kind: 'secondary-limit', status, retryAfterS: 1 } }]);
  await connect().putComment(7, marker, `${marker}\none`);
  expect(bodies()).toEqual([`${marker}\none`]);
});

it('is not written with a token that only reads, and the error names the permission', async () => {
  await expect(connect('fork').putComment(7, marker, `${marker}\none`)).rejects.toMatchObject({
    name: 'ExternalError',
    retry: 'after-change',
    message: expect.stringMatching(
      /^cannot comment on #7 .*HTTP 403: .*Give the token the permission/,
    ) as string,
  });
  await expect(connect('none').putComment(7, marker, 'x')).rejects.toThrow(/HTTP 401: Bad credentials/);
  expect(bodies()).toEqual([]);
});

it('reports a rate limit that lasts long instead of waiting for it', async () => {
  github.setFaults([{ on: /^POST /, fault: { kind: 'secondary-limit', retryAfterS: 3_600 } }]);
  await expect(connect().putComment(7, marker, `${marker}\none`)).rejects.toMatchObject({ retry: 'soon' });
});

it('is not written to a server that does not respond, and the error says so without the token', async () => {
  const gone = await startGitHub({ repository });
  const apiUrl = gone.url;
  await gone.stop();
  const client = connectGitHub({ apiUrl, repository, credentials: 'ghs_secret', retryUnitMs: 1 });
  const failure = await client.putComment(7, marker, 'x').catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'ExternalError', retry: 'soon' });
  expect(String(failure)).toMatch(/\(http:\/\/127\.0\.0\.1:\d+\): .*ECONNREFUSED/);
  expect(String(failure)).not.toContain('ghs_secret');
});

it('that several jobs write keeps the part of a job that wrote at the same moment', async () => {
  const ours = github.addComment(7, { ...bot, body: `${marker}\nold` });
  const lost = {
    kind: 'after',
    run: () => {
      github.editComment(ours, `${marker}\nof the other`);
    },
  } as const;
  github.setFaults([{ on: /^PATCH /, fault: lost }]);
  const add = (before: string | null) =>
    before?.includes('mine') === true ? before : `${before ?? marker}\nmine`;
  expect((await connect().putComment(7, marker, add)).did).toBe('updated');
  expect(bodies()).toEqual([`${marker}\nof the other\nmine`]);
  expect(await connect().readComment(7, marker)).toBe(`${marker}\nof the other\nmine`);
});
