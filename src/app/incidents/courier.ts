import { ExternalError, type Log } from '../../diagnostics/index.js';
import type { ChannelStatus, NotificationChannel, Notice } from '../../report/index.js';

/** A notice for one channel, and what to call once the channel is done with it. */
export interface Parcel {
  readonly number: number;
  readonly notice: Notice;
}

export interface CourierOptions {
  readonly channel: NotificationChannel;
  /** The oldest notice that waits for this channel. */
  readonly next: () => Parcel | null;
  readonly countWaiting: () => number;
  /** Stores that the channel has sent it, or has given it up. */
  readonly done: (number: number) => Promise<void>;
  readonly onChange: () => void;
  readonly log: Log;
  readonly firstRetryMs?: number;
}

const defaultFirstRetryMs = 1_000;
const mostRetryMs = 5 * 60_000;
/** A person must act. Who did should not have to restart the controller. */
const afterChangeMs = 5 * 60_000;

/**
 * Sends the notices of one channel, one at a time and in order. Channels do not wait for each other.
 *
 *   idle -> sending            there is a notice
 *   sending -> sending, idle   it was sent, or will never be; the next one
 *   sending -> pausing         it may be sent later
 *   pausing -> sending         after a while
 *   any -> stopped             `stop`: a delivery that has begun gets some time to end
 */
export class Courier {
  readonly #options: CourierOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #isStopped = false;
  #endPause: (() => void) | null = null;
  #failures = 0;
  #problem: Pick<ChannelStatus, 'error' | 'retry'> = { error: null, retry: null };

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** There may be something to send. */
  wake(): void {
    if (this.#isStopped) return;
    this.#running ??= this.#run();
  }

  status(): ChannelStatus {
    const { channel, countWaiting } = this.#options;
    const state = this.#problem.retry === null ? 'ok' : 'failing';
    return { name: channel.name, state, ...this.#problem, waiting: countWaiting() };
  }

  /** Resolves when nothing is being sent any more. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopped = true;
    this.#endPause?.();
    const timer = setTimeout(() => {
      this.#stopping.abort();
    }, graceMs);
    await this.#running;
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    // `#running` is set before this ends.
    await Promise.resolve();
    try {
      while (!this.#isStopped) {
        const parcel = this.#options.next();
        if (parcel === null) return;
        const pauseMs = await this.#send(parcel);
        if (pauseMs !== null) await this.#pause(pauseMs);
      }
    } finally {
      this.#running = null;
    }
  }

  /** @returns how long to wait before the next attempt; null: none is needed */
  async #send({ number, notice }: Parcel): Promise<number | null> {
    const { channel, done, log } = this.#options;
    const { phase, incident } = notice.message;
    const fields = { channel: channel.name, incident: incident.key, phase };
    try {
      const remark = await channel.send(notice, this.#stopping.signal);
      this.#failures = 0;
      this.#problem = { error: remark, retry: null };
      if (remark === null) log.info(fields, 'incident reported');
      else log.warn({ ...fields, why: remark }, 'incident not reported to all');
      await done(number);
      return null;
    } catch (error) {
      if (this.#stopping.signal.aborted) return null;
      return await this.#fail(error, number, fields);
    } finally {
      this.#options.onChange();
    }
  }

  async #fail(
    error: unknown,
    number: number,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<number | null> {
    const { done, log, firstRetryMs = defaultFirstRetryMs } = this.#options;
    this.#failures += 1;
    if (!(error instanceof ExternalError)) {
      this.#problem = { error: 'internal error; see the log of the controller', retry: 'bug' };
      log.error({ ...fields, err: error }, 'internal error');
      return afterChangeMs;
    }
    this.#problem = { error: error.message, retry: error.retry };
    const more = { ...fields, why: error.message, retry: error.retry };
    log.warn(more, error.retry === 'never' ? 'incident not reported: rejected' : 'incident not reported yet');
    if (error.retry === 'never') {
      await done(number);
      return null;
    }
    if (error.retry === 'after-change') return afterChangeMs;
    return Math.min(mostRetryMs, firstRetryMs * 2 ** Math.min(this.#failures - 1, 20));
  }

  #pause(durationMs: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
