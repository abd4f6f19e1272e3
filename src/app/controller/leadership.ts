import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

import type { ControllerStatus } from '../../controller/index.js';
import { reasonOf, type Log } from '../../diagnostics/index.js';
import type { StateDirectory } from '../state/index.js';
import { LeaseWatch, type Following, type Lease } from './lease.js';

/** A controller that leads. */
export interface Leading {
  status(): ControllerStatus;
  wake(): void;
  /** Something about the issues of drift has changed. */
  wakeIssues(): void;
  stop(): Promise<void>;
}

export interface LeadershipOptions {
  readonly state: StateDirectory;
  /** Where the lab is, without credentials. */
  readonly repository: string;
  readonly log: Log;
  /** Starts leading. The lease is held until `stop` has returned. */
  readonly lead: (lease: Lease) => Promise<Leading>;
  readonly onStatus: (status: ControllerStatus) => void;
}

/** Between two attempts to lead that failed. */
const retryMs = 5_000;

/**
 * Leads as long as it holds the lease (lease.ts), and follows otherwise.
 *
 *   following -> leading -> following ... -> stopped
 *
 * A follower reads nothing and writes nothing. Its status names the leader.
 */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #watch: LeaseWatch;
  readonly #stopping = new AbortController();
  #leading: { readonly part: Leading; readonly lease: Lease } | null = null;
  #following: ControllerStatus;
  #ended: Promise<void> = Promise.resolve();

  private constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#watch = new LeaseWatch(options.state);
    this.#following = this.#statusOf({ leader: null, error: null });
  }

  /** @throws what `lead` throws if this controller leads at once: a wrong option is reported at the start */
  static async start(options: LeadershipOptions): Promise<Leadership> {
    const leadership = new Leadership(options);
    const lease = await leadership.#watch.tryOnce((following) => {
      leadership.#follow(following);
    });
    if (lease !== null) await leadership.#lead(lease);
    leadership.#ended = leadership.#run();
    return leadership;
  }

  status(): ControllerStatus {
    return this.#leading?.part.status() ?? this.#following;
  }

  wake(): void {
    this.#leading?.part.wake();
  }

  wakeIssues(): void {
    this.#leading?.part.wakeIssues();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (this.#leading === null) {
        const lease = await this.#watch.follow((following) => {
          this.#follow(following);
        }, signal);
        if (lease === null) break;
        this.#options.log.info({}, 'this controller leads now');
        try {
          await this.#lead(lease);
        } catch (error) {
          this.#options.log.error({ why: reasonOf(error) }, 'cannot lead');
          await wait(retryMs, undefined, { signal }).catch(() => undefined);
          continue;
        }
      }
      if (this.#leading !== null) await aborted(signal, this.#leading.lease.lost);
      await this.#resign();
    }
    await this.#resign();
  }

  /** @throws what `lead` throws, after the lease was released */
  async #lead(lease: Lease): Promise<void> {
    try {
      this.#leading = { part: await this.#options.lead(lease), lease };
    } catch (error) {
      await release(lease);
      throw error;
    }
  }

  async #resign(): Promise<void> {
    if (this.#leading === null) return;
    const { part, lease } = this.#leading;
    if (lease.lost.aborted) {
      this.#options.log.error({ why: reasonOf(lease.lost.reason) }, 'this controller no longer leads');
    }
    await part.stop();
    this.#leading = null;
    this.#follow({ leader: null, error: null });
    await release(lease);
  }

  #follow(following: Following): void {
    const before = this.#following;
    const { error } = following;
    const next = this.#statusOf(following);
    const isSame =
      before.leader?.holder === next.leader?.holder && before.error?.message === next.error?.message;
    if (isSame) return;
    this.#following = next;
    if (error !== null) this.#options.log.warn({ why: error.message }, 'cannot lead');
    else if (next.leader != null)
      this.#options.log.info({ leader: next.leader.holder }, 'another controller leads');
    if (!this.#stopping.signal.aborted) this.#options.onStatus(next);
  }

  #statusOf({ leader, error }: Following): ControllerStatus {
    const at = new Date().toISOString();
    return {
      repository: this.#options.repository,
      state: error === null ? 'following' : 'unreadable',
      since: at,
      revision: null,
      findings: [],
      error: error === null ? null : { message: error.message, retry: error.retry },
      schedule: { lastAt: at, nextAt: null },
      masters: {},
      leading: false,
      leader,
    };
  }
}

/** A lock that is lost is not ours to release; one that cannot be released expires. */
async function release(lease: Lease): Promise<void> {
  if (lease.lost.aborted) return;
  await lease.release().catch(() => undefined);
}

/** Resolves when one of the signals fires. */
async function aborted(...signals: AbortSignal[]): Promise<void> {
  const any = AbortSignal.any(signals);
  if (!any.aborted) await once(any, 'abort');
}
