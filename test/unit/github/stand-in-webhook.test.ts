import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGitHub, type GitHubStandIn } from '../../support/github/index.js';
import { payloadOf, signatureOf, Webhook } from '../../support/github/webhook.js';
import { startHttpServer, type TestServer } from '../../support/http-server.js';

interface Received {
  readonly event: unknown;
  readonly delivery: unknown;
  readonly isSigned: boolean;
  readonly body: Record<string, unknown>;
}

let github: GitHubStandIn;
let receiver: TestServer;
let received: Received[];
let status = 202;

beforeEach(async () => {
  received = [];
  status = 202;
  github = await startGitHub({ repository: 'acme/lab' });
  receiver = await startHttpServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    received.push({
      event: request.headers['x-github-event'],
      delivery: request.headers['x-github-delivery'],
      isSigned: request.headers['x-hub-signature-256'] === signatureOf('secret', text),
      body: JSON.parse(text) as Record<string, unknown>,
    });
    if (status === 0) request.socket.destroy();
    else response.writeHead(status).end();
  });
});
afterEach(async () => {
  await receiver.stop();
  await github.stop();
});

test('signs as GitHub documents it', () => {
  expect(signatureOf("It's a Secret to Everybody", 'Hello, World!')).toBe(
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  );
});

test('delivers an event about the repository of the stand-in', async () => {
  const webhook = new Webhook(github, { url: receiver.url, secret: 'secret' });
  const { id, status: answer } = await webhook.deliver('pull_request.synchronize', {
    number: 7,
    pull_request: { number: 7, head: { sha: 'a'.repeat(40) } },
  });
  expect(answer).toBe(202);
  expect(received).toMatchObject([
    {
      event: 'pull_request',
      delivery: id,
      isSigned: true,
      body: {
        action: 'synchronize',
        number: 7,
        repository: {
          full_name: 'acme/lab',
          name: 'lab',
          owner: { login: 'acme' },
          clone_url: 'https://github.com/acme/lab.git',
        },
        pull_request: { number: 7, head: { sha: 'a'.repeat(40) }, base: { repo: { full_name: 'acme/lab' } } },
      },
    },
  ]);
});

test('delivers again what was lost or failed, with the same ID and body', async () => {
  const webhook = new Webhook(github, { url: receiver.url, secret: 'secret' });
  const lost = webhook.lose('push', { ref: 'refs/heads/main' });
  expect([lost.status, received.length]).toEqual([null, 0]);
  status = 0;
  expect((await webhook.redeliver(lost)).status).toBe(null);
  status = 500;
  expect((await webhook.redeliver(lost)).status).toBe(500);
  expect(received.map(({ delivery }) => delivery)).toEqual([lost.id, lost.id]);
  expect(received[1]).toEqual(received[0]);
});

test('is recognizable when it has another secret', async () => {
  await new Webhook(github, { url: receiver.url, secret: 'guessed' }).deliver('push');
  expect(received).toMatchObject([{ event: 'push', isSigned: false }]);
});

test('changes only what an example has', () => {
  expect(() => payloadOf('acme/lab', 'push', { pusher: { nick: 'x' } })).toThrow('push.pusher has no nick');
  expect(() => payloadOf('acme/lab', 'push.created', {})).toThrow('no example of push.created');
});

test.each([
  'check_run.rerequested',
  'issue_comment.created',
  'issue_comment.edited',
  'issues.edited',
  'issues.reopened',
  'merge_group.checks_requested',
  'ping',
  'pull_request.closed',
  'pull_request.opened',
  'pull_request_review.submitted',
  'push',
  'workflow_run.completed',
])('has a payload of %s', (event) => {
  const text = JSON.stringify(payloadOf('acme/lab', event, {}));
  expect(text).not.toContain('Codertocat/Hello-World');
});
