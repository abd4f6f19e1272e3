import { randomUUID } from 'node:crypto';

import { reasonOf, type Log } from '../../diagnostics/index.js';
import {
  advance,
  newHistory,
  noticeOf,
  onlyFor,
  post,
  viewIncident,
  withoutNotice,
  type ChannelStatus,
  type IncidentStore,
  type IncidentTimes,
  type IncidentView,
  type NotificationChannel,
  type Observation,
  type StoredIncidents,
} from '../../report/index.js';
import { Courier } from './courier.js';

export interface IncidentWatchOptions {
  /** Where the lab is, without credentials. */
  readonly lab: string;
  readonly store: IncidentStore;
  readonly channels: readonly NotificationChannel[];
  readonly times: IncidentTimes;
  /** Called when the incidents or the channels changed. */
  readonly onChange: () => void;
  readonly log: Log;
  readonly now?: () => number;
  readonly firstRetryMs?: number;
}

export interface IncidentsNow {
  readonly incidents: readonly IncidentView[];
  readonly channels: readonly ChannelStatus[];
}

const storeRetryMs = 10_000;
/** `setTimeout` has no longer one. */
const longestWaitMs = 2 ** 31 - 1;

/**
 * Turns observations into incidents, stores them, and has the messages sent.
 *
 *   running    each observation, and the time at which one changes something, is a step: the incidents advance, they are stored
 *              together with the new messages, and only then the messages are sent. A step that cannot be stored is
 *              repeated later; until then it has not happened.
 *   stopping   no more steps; messages that are being sent get some time.
 *   stopped    what was not sent is stored, and sent by the next controller.
 */
export class IncidentWatch {
  readonly #options: IncidentWatchOptions;
  readonly #couriers: readonly Courier[];
  readonly #names: readonly string[];
  #stored: StoredIncidents;
  /** Whether the newest value is not in the store, although it has happened: something was sent. */
  #isBehind = false;
  #observation: Observation | null = null;
  #changes: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  private constructor(options: IncidentWatchOptions, stored: StoredIncidents) {
    this.#options = options;
    this.#names = options.channels.map(({ name }) => name);
    this.#stored = onlyFor(stored, this.#names);
    this.#couriers = options.channels.map((channel) => this.#courierFor(channel));
  }

  /** @throws ExternalError when the store cannot be read */
  static async open(options: IncidentWatchOptions): Promise<IncidentWatch> {
    const stored = (await options.store.read()) ?? newHistory(randomUUID().slice(0, 8));
    const watch = new IncidentWatch(options, stored);
    watch.#wakeCouriers();
    return watch;
  }

  observe(observation: Observation): void {
    if (this.#isStopped) return;
    this.#observation = observation;
    this.#step();
  }

  now(): IncidentsNow {
    return {
      incidents: this.#stored.state.incidents.map((one) => viewIncident(one)),
      channels: this.#couriers.map((courier) => courier.status()),
    };
  }

  /** @param graceMs how long deliveries that have begun may take */
  async stop(graceMs: number): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#couriers.map((courier) => courier.stop(graceMs)));
    await this.#changes;
  }

  #courierFor(channel: NotificationChannel): Courier {
    const { log, onChange, firstRetryMs } = this.#options;
    const waiting = () => this.#stored.waiting.filter(({ channels }) => channels.includes(channel.name));
    return new Courier({
      channel,
      next: () => {
        const [first] = waiting();
        if (first === undefined) return null;
        return { number: first.number, notice: noticeOf(this.#stored, first, this.#options.lab) };
      },
      countWaiting: () => waiting().length,
      done: (number) =>
        this.#change(async () => {
          // It was sent, whether or not that can be stored.
          this.#stored = withoutNotice(this.#stored, number, channel.name);
          this.#isBehind = true;
          await this.#catchUp();
        }),
      onChange,
      log,
      ...(firstRetryMs === undefined ? {} : { firstRetryMs }),
    });
  }

  #wakeCouriers(): void {
    for (const courier of this.#couriers) courier.wake();
  }

  #step(): void {
    void this.#change(async () => {
      if (this.#isStopped || this.#observation === null) return;
      const { now = Date.now, times, log } = this.#options;
      const nowMs = now();
      const { state, messages, wakeAt } = advance(this.#stored.state, this.#observation, nowMs, times);
      const next = post(this.#stored, state, messages, this.#names);
      const isNew = JSON.stringify(next) !== JSON.stringify(this.#stored);
      this.#wakeIn(wakeAt === null ? null : Math.max(0, wakeAt - nowMs));
      if (!isNew) return;
      try {
        await this.#options.store.write(next);
      } catch (error) {
        log.error({ why: reasonOf(error) }, 'incidents not stored');
        this.#wakeIn(storeRetryMs);
        return;
      }
      this.#stored = next;
      this.#isBehind = false;
      this.#options.onChange();
      this.#wakeCouriers();
    });
  }

  async #catchUp(): Promise<void> {
    if (!this.#isBehind) return;
    try {
      await this.#options.store.write(this.#stored);
      this.#isBehind = false;
    } catch (error) {
      this.#options.log.error({ why: reasonOf(error) }, 'incidents not stored');
      if (!this.#isStopped) this.#wakeIn(storeRetryMs);
    }
  }

  #wakeIn(waitMs: number | null): void {
    clearTimeout(this.#timer);
    if (waitMs === null || this.#isStopped) return;
    this.#timer = setTimeout(
      () => {
        void this.#change(() => this.#catchUp());
        this.#step();
      },
      Math.min(waitMs, longestWaitMs),
    );
  }

  /** One change at a time. */
  #change(act: () => Promise<void>): Promise<void> {
    this.#changes = this.#changes.then(act).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'internal error');
    });
    return this.#changes;
  }
}
