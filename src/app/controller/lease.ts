/**
 * Which controller of a lab leads: the one that holds a lock in the lab's state directory for as long as it runs.
 *
 *   following -> leading    the lock is free: nobody holds it, its owner is dead, or it was not renewed for ten seconds by an
 *                           owner on another machine
 *   leading -> following    the lock is lost: this process was suspended, or could not renew it
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { ExternalError } from '../../diagnostics/index.js';
import { takeLock, type HeldLock, type LockSight } from '../../records/index.js';
import type { LockWait } from '../../reconcile/index.js';
import type { StateDirectory } from '../state/index.js';

export type Lease = HeldLock;

/** Another machine takes over ten seconds after the last renewal. */
const times = { ttlMs: 5_000, renewMs: 2_000, pollMs: 400 };
/** How long one attempt watches the lock: long enough to learn who holds it. */
const attemptMs = 1_000;
/** Between two attempts when the lock cannot be read or written. */
const retryMs = 1_000;

/** Who leads, as far as this controller knows. */
interface Leader {
  /** `process 12 on host-a` */
  readonly holder: string;
  /** ISO 8601, UTC, by the leader's clock. */
  readonly since: string;
}

export interface Following {
  readonly leader: Leader | null;
  /** Why this controller could not lead, other than that another one does. */
  readonly error: ExternalError | null;
}

export class LeaseWatch {
  readonly #base: string;
  #seen: LockSight | null = null;

  constructor(state: StateDirectory) {
    this.#base = join(state.root, 'controller');
  }

  /** @returns null when the lock is not free; why is passed to `onFollowing` */
  async tryOnce(onFollowing: (following: Following) => void): Promise<Lease | null> {
    let leader: Leader | null = null;
    try {
      return await takeLock({
        base: this.#base,
        waitMs: attemptMs,
        times,
        seen: this.#seen,
        onSight: (sight) => {
          this.#seen = sight;
        },
        onWait: ({ holder, since }: LockWait) => {
          leader = { holder, since };
        },
      });
    } catch (error) {
      if (!(error instanceof ExternalError)) throw error;
      // `soon`: it is not free. Anything else is a fault of the disk.
      onFollowing({ leader, error: error.retry === 'soon' ? null : error });
      return null;
    }
  }

  /** Resolves when this controller leads, or with null when the signal fires. */
  async follow(onFollowing: (following: Following) => void, signal: AbortSignal): Promise<Lease | null> {
    while (!signal.aborted) {
      const found: { following?: Following } = {};
      const lease = await this.tryOnce((following) => {
        found.following = following;
        onFollowing(following);
      });
      if (lease !== null) return lease;
      // An attempt that fails does not take any time.
      if (found.following?.error !== null) await wait(retryMs, undefined, { signal }).catch(() => undefined);
    }
    return null;
  }
}
