/**
 * Checks deliveries of GitHub's webhooks. A delivery only wakes somebody up, who then reads the state again, so nothing in it
 * is used but its age.
 */
import { Webhooks } from '@octokit/webhooks';

/** IDs of deliveries. Survives a restart. */
export interface DeliveryMemory {
  has(id: string): boolean;
  /** @throws ExternalError when it cannot be stored */
  add(id: string): Promise<void>;
}

export type DeliveryOutcome = 'accepted' | 'ignored' | 'repeated' | 'refused';

/** GitHub delivers within seconds, and people redeliver what failed within days. */
const oldestMs = 3 * 24 * 60 * 60 * 1000;

/**
 * - `refused`: the sender does not know the secret;
 * - `repeated`: it was accepted before;
 * - `ignored`: nobody waits for such an event, or it is too old;
 * - `accepted`: `onPush` or `onIssue` was called.
 * @param options.now milliseconds
 * @throws ExternalError when the delivery cannot be remembered
 */
export function createWebhookReceiver(options: {
  readonly secret: string;
  readonly memory: DeliveryMemory;
  readonly onPush: () => void;
  /** Called when an issue was edited. Absent: nobody waits for that. */
  readonly onIssue?: () => void;
  readonly now: () => number;
}): {
  receive(
    headers: Readonly<Record<string, string | string[] | undefined>>,
    body: string,
  ): Promise<DeliveryOutcome>;
} {
  const { memory, onPush, onIssue, now } = options;
  const wakers = new Map([
    ['push', onPush],
    ...(onIssue === undefined ? [] : ([['issues', onIssue]] as const)),
  ]);
  const webhooks = new Webhooks({ secret: options.secret });
  return {
    async receive(headers, body) {
      const [signature, id, event] = ['x-hub-signature-256', 'x-github-delivery', 'x-github-event'].map(
        (name) => {
          const value = headers[name];
          return typeof value === 'string' ? value : '';
        },
      ) as [string, string, string];
      if (!/^[\w-]{1,100}$/.test(id) || !/^sha256=[\da-f]{64}$/.test(signature)) return 'refused';
      if (!(await webhooks.verify(body, signature))) return 'refused';
      if (memory.has(id)) return 'repeated';
      const wake = wakers.get(event);
      if (wake === undefined || isOld(body, now())) return 'ignored';
      await memory.add(id);
      wake();
      return 'accepted';
    },
  };
}

/** A body without a time counts as new: the signature proves that GitHub sent it. */
function isOld(body: string, now: number): boolean {
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    return true;
  }
  const pushedAt = (payload as { repository?: { pushed_at?: unknown } } | null)?.repository?.pushed_at;
  return typeof pushedAt === 'number' && now - pushedAt * 1000 > oldestMs;
}
