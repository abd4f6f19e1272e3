/**
 * One worker: the master's side of LAVA's protocol 3 (LAVA 2020.05 to 2020.08), independent of the transport.
 *
 *   absent --any message--> present (the master sends STATUS for running jobs, and due STARTs and CANCELs)
 *   present --HELLO, or a message over a new link--> present (the same again)
 *   present --silent for `offlineAfterMs`--> absent (the worker is Offline)
 *
 * A lost link changes nothing: the worker has `offlineAfterMs` to reconnect. START and CANCEL are sent again every
 * `repeatMs` while they are due. All messages from and to a worker are handled one after another, so that a START is
 * never sent based on a list that is older than the END of its job.
 */
import type { Log } from '../../diagnostics/index.js';
import { softwarePrefix, type LogMessage } from '../../wire/index.js';
import { LogIntake } from './log-intake.js';
import type { MessageFromWorker, MessageToWorker, WorkerLink } from './messages.js';
import type { WorkerHost } from './ports.js';

export interface SessionSettings {
  readonly pingIntervalMs: number;
  readonly repeatMs: number;
  readonly offlineAfterMs: number;
  readonly log: Log;
  /** Aborted when the master stops. */
  readonly signal: AbortSignal;
}

/** A tolerance, because the timer for repetitions is not exact. */
const repeatGraceMs = 500;
/** The number of jobs of a worker that may wait for the rest of their log at the same time. */
const maxEnding = 100;
/** The part of a job's standard error output that is stored. */
const maxErrorCharacters = 10_000;

export class WorkerSession {
  readonly hostname: string;
  readonly #host: WorkerHost;
  readonly #settings: SessionSettings;
  readonly #logs: LogIntake;
  #link: WorkerLink | null = null;
  #isPresent = false;
  #lastSeenMs = 0;
  #lastPushMs = 0;
  /** When START and CANCEL of a job were last sent over this link. */
  readonly #sentAtMs = new Map<string, number>();
  readonly #ending = new Set<number>();
  #tail: Promise<void> = Promise.resolve();
  #isPushQueued = false;

  constructor(hostname: string, host: WorkerHost, settings: SessionSettings) {
    this.hostname = hostname;
    this.#host = host;
    this.#settings = settings;
    const acknowledge = (jobId: number, lines: number): void => {
      void this.#link?.send({ action: 'LOG_OK', jobId, lines });
    };
    this.#logs = new LogIntake(hostname, host, settings.log, acknowledge, settings.signal);
  }

  /** Handles a message; resolves when that is finished. */
  async handle(link: WorkerLink, message: MessageFromWorker): Promise<void> {
    await this.#enqueue(message.action, () => this.#react(link, message));
  }

  /** Accepts a log line; waits while too many lines are not yet stored. */
  async takeLine(message: LogMessage): Promise<void> {
    await this.#logs.take(message);
  }

  /** Handles a closed connection; the worker has `offlineAfterMs` to reconnect. */
  disconnected(link: WorkerLink): void {
    if (this.#link === link) this.#link = null;
  }

  /** Sends due STARTs and CANCELs, because jobs may have changed. */
  push(): void {
    if (this.#isPushQueued || this.#link === null) return;
    this.#isPushQueued = true;
    void this.#enqueue('push', async () => {
      this.#isPushQueued = false;
      await this.#sendJobs();
    });
  }

  /** Called about every second: repeats unanswered messages and detects that the worker is lost. */
  tick(nowMs: number): void {
    const { offlineAfterMs, repeatMs, log } = this.#settings;
    if (this.#isPresent && nowMs - this.#lastSeenMs > offlineAfterMs) {
      this.#isPresent = false;
      void this.#enqueue('lost', async () => {
        log.warn({ worker: this.hostname }, 'worker lost');
        await this.#host.workerLost(this.hostname);
      });
    }
    if (nowMs - this.#lastPushMs >= repeatMs) this.push();
  }

  /** Resolves when all received log lines are stored, or after `mostMs`. */
  async storeReceived(mostMs: number): Promise<void> {
    await this.#logs.finish(mostMs);
  }

  /** Resolves when all work in progress is finished. */
  async whenIdle(): Promise<void> {
    await this.#tail;
  }

  async #enqueue(what: string, task: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(task).catch((error: unknown) => {
      // The worker repeats every message until it is answered.
      const fields = { worker: this.hostname, message: what, error };
      this.#settings.log.error(fields, 'a message could not be handled');
    });
    await this.#tail;
  }

  async #react(link: WorkerLink, message: MessageFromWorker): Promise<void> {
    switch (message.action) {
      case 'HELLO': {
        const { version } = message;
        const isOurs = version?.startsWith(softwarePrefix) === true;
        await link.send({ action: 'HELLO_OK', acknowledgesLogs: isOurs });
        this.#settings.log.info({ worker: this.hostname, version }, 'worker connected');
        await this.#seen(link, version, true);
        return;
      }
      case 'PING': {
        const intervalS = Math.max(1, Math.round(this.#settings.pingIntervalMs / 1000));
        await link.send({ action: 'PONG', intervalS });
        break;
      }
      case 'START_OK':
        await this.#host.jobStarted(this.hostname, message.jobId);
        break;
      case 'END':
        await this.#end(link, message);
        break;
    }
    await this.#seen(link, null, false);
  }

  async #seen(link: WorkerLink, version: string | null, isHello: boolean): Promise<void> {
    const isNewLink = this.#link !== link;
    const appears = isNewLink || isHello || !this.#isPresent;
    if (isNewLink) {
      // The newest connection wins, as with ROUTER_HANDOVER.
      this.#link?.close();
      this.#link = link;
    }
    this.#isPresent = true;
    this.#lastSeenMs = Date.now();
    await this.#host.workerSeen(this.hostname, version);
    if (!appears) return;
    this.#sentAtMs.clear();
    await this.#sendJobs({ withStatus: true });
  }

  /** Sends START and CANCEL where they are due, and STATUS for jobs that should be running if requested. */
  async #sendJobs({ withStatus = false } = {}): Promise<void> {
    const link = this.#link;
    if (link === null) return;
    const nowMs = Date.now();
    this.#lastPushMs = nowMs;
    const { start, cancel, running } = await this.#host.jobsOf(this.hostname);
    if (withStatus) for (const jobId of running) await link.send({ action: 'STATUS', jobId });

    const messages = [
      ...start.map(({ id, ...texts }) => ({ action: 'START', jobId: id, ...texts }) as const),
      ...cancel.map((jobId) => ({ action: 'CANCEL', jobId }) as const),
    ];
    for (const message of this.#due(messages, nowMs)) await link.send(message);
  }

  /** Returns the messages that were not sent yet, or long ago. Records them as sent, and forgets all others. */
  #due(
    messages: readonly (MessageToWorker & { readonly jobId: number })[],
    nowMs: number,
  ): MessageToWorker[] {
    const sentBefore = new Map(this.#sentAtMs);
    this.#sentAtMs.clear();
    return messages.filter((message) => {
      const key = `${message.action} ${message.jobId}`;
      const last = sentBefore.get(key);
      const isDue = last === undefined || nowMs - last >= this.#settings.repeatMs - repeatGraceMs;
      this.#sentAtMs.set(key, isDue ? nowMs : last);
      return isDue;
    });
  }

  /**
   * Ends a job once its log is complete. Waiting for that must not delay the worker's other messages. Nothing of the
   * message is kept or decoded if the job belongs to another worker.
   */
  async #end(link: WorkerLink, message: Extract<MessageFromWorker, { action: 'END' }>): Promise<void> {
    const { jobId } = message;
    if (this.#ending.has(jobId)) return;
    if (!(await this.#host.ownsJob(this.hostname, jobId))) {
      await link.send({ action: 'END_OK', jobId });
      return;
    }
    if (this.#ending.size >= maxEnding) return;
    this.#ending.add(jobId);
    const errors = message.errors.slice(0, maxErrorCharacters);
    const { description } = message;
    this.#logs
      .whenSettled(jobId)
      .then(() =>
        this.#enqueue('END', async () => {
          await this.#host.jobEnded(this.hostname, jobId, { errors, description });
          await this.#link?.send({ action: 'END_OK', jobId });
          this.#logs.forget(jobId);
        }),
      )
      // Only when the master stops; the worker sends END again after the next start.
      .catch(() => undefined)
      .finally(() => this.#ending.delete(jobId));
  }
}
