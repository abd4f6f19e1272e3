/**
 * GitHub as the sender of events to one webhook. Payloads are the examples of `@octokit/webhooks-examples`, about the
 * stand-in's repository.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { GitHubStandIn } from './index.js';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
}

/** Values that replace those of the example; the example must have a property of each name. */
export interface Changes {
  readonly [name: string]: unknown;
}

export interface Delivery {
  /** A redelivery has the same ID. */
  readonly id: string;
  readonly event: string;
  readonly body: string;
  /** Of the response; null: there was none, or the delivery was lost. */
  readonly status: number | null;
}

type Payload = Record<string, unknown>;

/** GitHub gives up after this time, and does not try again by itself. */
const timeoutMs = 10_000;
const require = createRequire(import.meta.url);
let examples: readonly { readonly name: string; readonly examples: readonly Payload[] }[] | null = null;

export class Webhook {
  readonly #github: GitHubStandIn;
  readonly #options: WebhookOptions;

  constructor(github: GitHubStandIn, options: WebhookOptions) {
    this.#github = github;
    this.#options = options;
  }

  /** Sends an event, such as `push` or `pull_request.synchronize`. */
  async deliver(event: string, changes: Changes = {}): Promise<Delivery> {
    return this.redeliver(this.lose(event, changes));
  }

  /** An event whose delivery does not arrive. It can be redelivered. */
  lose(event: string, changes: Changes = {}): Delivery {
    const [name = ''] = event.split('.');
    const payload = payloadOf(this.#github.state.repository, event, changes);
    return { id: randomUUID(), event: name, body: JSON.stringify(payload), status: null };
  }

  /** Sends the same delivery again. */
  async redeliver({ id, event, body }: Delivery): Promise<Delivery> {
    const { url, secret } = this.#options;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/044aadd',
          'x-github-delivery': id,
          'x-github-event': event,
          'x-github-hook-id': '1',
          'x-github-hook-installation-target-id': '1000',
          'x-github-hook-installation-target-type': 'repository',
          'x-hub-signature-256': signatureOf(secret, body),
        },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.arrayBuffer();
      return { id, event, body, status: response.status };
    } catch {
      return { id, event, body, status: null };
    }
  }
}

export function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** The first example of an event, about this repository and with these changes. */
export function payloadOf(repository: string, event: string, changes: Changes): Payload {
  const [name, action] = event.split('.');
  examples ??= JSON.parse(readFileSync(require.resolve('@octokit/webhooks-examples'), 'utf8')) as NonNullable<
    typeof examples
  >;
  const example = examples
    .find((definition) => definition.name === name)
    ?.examples.find((candidate) => action === undefined || candidate['action'] === action);
  if (example === undefined) throw new Error(`there is no example of ${event}`);
  return merge(moveTo(repository, example), changes, event);
}

/** The payload with another repository instead of its own. */
function moveTo(repository: string, payload: Payload): Payload {
  const { full_name: before } = (payload['repository'] ?? {}) as { full_name?: string };
  if (before === undefined) return structuredClone(payload);
  const [owner, name] = repository.split('/');
  return JSON.parse(JSON.stringify(payload).replaceAll(before, repository), (_, value: unknown) => {
    if (!isObject(value) || value['full_name'] !== repository) return value;
    return { ...value, name, owner: { ...(value['owner'] as object), login: owner } };
  }) as Payload;
}

function merge(payload: Payload, changes: Changes, path: string): Payload {
  const result = { ...payload };
  for (const [name, value] of Object.entries(changes)) {
    const before = payload[name];
    if (before === undefined) throw new Error(`the example of ${path} has no ${name}`);
    result[name] = isObject(before) && isObject(value) ? merge(before, value, `${path}.${name}`) : value;
  }
  return result;
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
