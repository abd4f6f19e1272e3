/** Deliveries of GitHub's webhooks: with a valid signature only, and each once. */
import { createHmac } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';

import { createWebhookReceiver } from '../../../src/github/index.js';

const secret = 'of the webhook';
const day = 24 * 60 * 60 * 1000;
const pushedAt = Date.parse('2026-01-31T12:00:00Z');
const body = JSON.stringify({ repository: { pushed_at: pushedAt / 1000 } });

let ids: Set<string>;
let pushes: number;
/** null: nobody waits for them. */
let edits: number | null;
beforeEach(() => {
  edits = null;
  ids = new Set();
  pushes = 0;
});

function receive(changes: Readonly<Record<string, string | undefined>> = {}, text = body, now = pushedAt) {
  const receiver = createWebhookReceiver({
    secret,
    memory: { has: (id) => ids.has(id), add: (id) => Promise.resolve(void ids.add(id)) },
    onPush: () => void (pushes += 1),
    ...(edits === null ? {} : { onIssue: () => void (edits = (edits ?? 0) + 1) }),
    now: () => now,
  });
  const signature = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
  const headers = { 'x-github-event': 'push', 'x-github-delivery': 'one', 'x-hub-signature-256': signature };
  return receiver.receive({ ...headers, ...changes }, text);
}

it('wakes up for a push, once for each delivery', async () => {
  expect(await receive()).toBe('accepted');
  expect(await receive()).toBe('repeated');
  expect(await receive({ 'x-github-delivery': 'two' })).toBe('accepted');
  expect(pushes).toBe(2);
});

it('wakes up for an issue if somebody waits for that', async () => {
  expect(await receive({ 'x-github-event': 'issues' })).toBe('ignored');
  edits = 0;
  expect(await receive({ 'x-github-event': 'issues' })).toBe('accepted');
  expect([edits, pushes]).toEqual([1, 0]);
});

it.each([
  ['no signature', { 'x-hub-signature-256': undefined }],
  [
    'the signature of another body',
    { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update('x').digest('hex')}` },
  ],
  [
    'the signature of another secret',
    { 'x-hub-signature-256': `sha256=${createHmac('sha256', 'x').update(body).digest('hex')}` },
  ],
  ['an old kind of signature', { 'x-hub-signature-256': `sha1=${'a'.repeat(40)}` }],
  ['no ID', { 'x-github-delivery': undefined }],
  ['an ID that is none', { 'x-github-delivery': 'a\nb' }],
])('refuses %s', async (_, changes) => {
  expect(await receive(changes)).toBe('refused');
  expect([pushes, ids.size]).toEqual([0, 0]);
});

it('ignores what is not about a push, is too old, or is not JSON', async () => {
  expect(await receive({ 'x-github-event': 'ping' })).toBe('ignored');
  expect(await receive({}, body, pushedAt + 4 * day)).toBe('ignored');
  expect(await receive({}, 'no JSON')).toBe('ignored');
  expect(await receive({}, body, pushedAt + 2 * day)).toBe('accepted');
  expect(pushes).toBe(1);
});

it('does not wake up if it cannot remember the delivery', async () => {
  const receiver = createWebhookReceiver({
    secret,
    memory: { has: () => false, add: () => Promise.reject(new Error('disk full')) },
    onPush: () => void (pushes += 1),
    now: () => pushedAt,
  });
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = { 'x-github-event': 'push', 'x-github-delivery': 'one', 'x-hub-signature-256': signature };
  await expect(receiver.receive(headers, body)).rejects.toThrow('disk full');
  expect(pushes).toBe(0);
});
