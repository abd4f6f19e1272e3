/**
 * One worker: the master's side of LAVA's protocol 3 (LAVA 2020.05 to 2020.08), independent of the transport.
 *
 *   absent --any message--> present (the master sends STATUS for running jobs, and due STARTs and CANCELs)
 *   present --HELLO, or a message over a new link--> present (the same again)
 *   any --a message of an agent that does not have the seat (seat.ts)--> no change: the message is ignored
 *   present --silent for `offlineAfterMs`--> absent (the worker is Offline)
 *
 * A lost link changes nothing: the worker has `offlineAfterMs` to reconnect. START and CANCEL are sent again every
 * `repeatMs` while they are due. All messages from and to a worker are handled one after another, so that a START is
 * never sent based on a list that is older than the END of its job.
 */
import { Notices, type Log } from '../../diagnostics/index.js';
import { softwarePrefix, type AgentIdentity, type LogMessage } from '../../wire/index.js';
import { LogIntake } from './log-intake.js';
import type { MessageFromWorker, MessageToWorker, WorkerLink } from './messages.js';
import type { WorkerHost } from './ports.js';
import { hostOf, probeJobId, Seat } from './seat.js';

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
/** The number of jobs of a worker that may wait for the rest of their log at the same time, and the size of their ENDs. */
const maxEnding = 100;
const maxEndingBytes = 16 * 1024 * 1024;
/** The part of a job's standard error output that is stored. */
const maxErrorCharacters = 10_000;
/** A conflict is over when no other agent has tried for this time. Our dispatcher tries again every 10 s. */
const conflictMs = 60_000;

export class WorkerSession {
  readonly hostname: string;
  readonly #host: WorkerHost;
  readonly #settings: SessionSettings;
  readonly #logs: LogIntake;
  readonly #seat: Seat;
  readonly #agents = new WeakMap<WorkerLink, AgentIdentity | null>();
  readonly #notices = new Notices();
  /** The connections of a worker that are reported in ten minutes. */
  readonly #connections = new Notices(600_000, 20);
  #connectionCount = 0;
  /** The link that was rejected last. It is closed when another one is, so that rejected ones do not use up the limit. */
  #rejected: WorkerLink | null = null;
  #conflict: { readonly text: string; readonly atMs: number } | null = null;
  #isPresent = false;
  #lastSeenMs = 0;
  #lastPushMs = 0;
  /** When START and CANCEL of a job were last sent over this link. */
  readonly #sentAtMs = new Map<string, number>();
  /** The size of the END of each job that waits. */
  readonly #ending = new Map<number, number>();
  #tail: Promise<void> = Promise.resolve();
  #isPushQueued = false;

  constructor(hostname: string, host: WorkerHost, settings: SessionSettings) {
    this.hostname = hostname;
    this.#host = host;
    this.#settings = settings;
    const reply = {
      acknowledge: (jobId: number, lines: number): void => {
        void this.#seat.link?.send({ action: 'LOG_OK', jobId, lines });
      },
      // Ends an executor that was given up: its board may belong to another job.
      stray: (jobId: number): void => {
        void this.#seat.link?.send({ action: 'CANCEL', jobId });
      },
    };
    this.#seat = new Seat(hostname, host, settings.signal);
    this.#logs = new LogIntake(hostname, host, settings.log, reply, settings.signal);
  }

  /** Handles a message; resolves when that is finished. */
  async handle(link: WorkerLink, message: MessageFromWorker): Promise<void> {
    if (message.action === 'END' && message.jobId === probeJobId) {
      this.#seat.answered(link);
      return;
    }
    // Not in the queue: a claim may wait for a message of the agent that has the seat.
    const isNew = await this.#admit(link, message).catch((error: unknown) => {
      this.#noteFailure(message.action, error);
      return null;
    });
    if (isNew !== null) await this.#enqueue(message.action, () => this.#react(link, message, isNew));
  }

  /** Reports a message that was rejected, but not every one of a flood. */
  noteRejected(fields: Readonly<Record<string, unknown>>, message: string): void {
    if (!this.#notices.isDue(`${message} ${JSON.stringify(fields)}`, Date.now())) return;
    this.#settings.log.warn({ worker: this.hostname, ...fields }, message);
  }

  /** Accepts a log line; waits while too many lines are not yet stored. */
  async takeLine(message: LogMessage): Promise<void> {
    await this.#logs.take(message);
  }

  /** Handles a closed connection; the worker has `offlineAfterMs` to reconnect. */
  disconnected(link: WorkerLink): void {
    this.#seat.disconnected(link);
    if (this.#rejected === link) this.#rejected = null;
  }

  /** Sends due STARTs and CANCELs, because jobs may have changed. */
  push(): void {
    if (this.#isPushQueued || this.#seat.link === null) return;
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
    if (this.#conflict !== null && nowMs - this.#conflict.atMs > conflictMs) this.#setConflict(null);
  }

  /** Resolves when all received log lines are stored, or after `mostMs`. */
  async storeReceived(mostMs: number): Promise<void> {
    await this.#logs.finish(mostMs);
  }

  /** Resolves when all work in progress is finished. */
  async whenIdle(): Promise<void> {
    await this.#seat.whenIdle();
    await this.#tail;
  }

  async #enqueue(what: string, task: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(task).catch((error: unknown) => {
      this.#noteFailure(what, error);
    });
    await this.#tail;
  }

  /** The worker repeats every message until it is answered. */
  #noteFailure(what: string, error: unknown): void {
    if (!this.#notices.isDue(`failed ${what}`, Date.now())) return;
    const fields = { worker: this.hostname, message: what, error };
    this.#settings.log.error(fields, 'a message could not be handled');
  }

  /**
   * Decides whether the agent at the other end of a link acts as this worker.
   * @returns whether it has just got the seat; null if its messages must be ignored
   */
  async #admit(link: WorkerLink, message: MessageFromWorker): Promise<boolean | null> {
    if (this.#seat.link === link && message.action !== 'HELLO') return false;
    // A stock worker sends HELLO only once, so its first message over a new link may be any.
    if (message.action === 'HELLO') this.#agents.set(link, message.agent);
    const agent = this.#agents.get(link) ?? null;
    const claim = await this.#seat.claim(link, agent);
    if (claim.ok) {
      if (this.#rejected === link) this.#rejected = null;
      return claim.isNew;
    }
    if (claim.reason === null) return null;
    if (this.#rejected !== link) this.#rejected?.close();
    this.#rejected = link;
    if (agent !== null) await link.send({ action: 'REFUSED', reason: claim.reason });
    const text = `another dispatcher at ${hostOf(link)} is rejected: ${claim.reason}`;
    this.noteRejected({ conflict: text }, 'two dispatchers use the name and the key of one worker');
    this.#setConflict(text);
    return null;
  }

  #setConflict(text: string | null): void {
    const isChanged = text !== (this.#conflict?.text ?? null);
    this.#conflict = text === null ? null : { text, atMs: Date.now() };
    if (isChanged) void this.#enqueue('conflict', () => this.#host.noteConflict(this.hostname, text));
  }

  async #react(link: WorkerLink, message: MessageFromWorker, isNew: boolean): Promise<void> {
    switch (message.action) {
      case 'HELLO': {
        const { version } = message;
        const isOurs = version?.startsWith(softwarePrefix) === true;
        await link.send({ action: 'HELLO_OK', acknowledgesLogs: isOurs });
        this.#connectionCount += 1;
        if (this.#connections.isDue(String(this.#connectionCount), Date.now()))
          this.#settings.log.info({ worker: this.hostname, version }, 'worker connected');
        await this.#seen(version, true);
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
    await this.#seen(null, isNew);
  }

  async #seen(version: string | null, isArriving: boolean): Promise<void> {
    const appears = isArriving || !this.#isPresent;
    this.#isPresent = true;
    this.#lastSeenMs = Date.now();
    await this.#host.workerSeen(this.hostname, version);
    if (!appears) return;
    this.#sentAtMs.clear();
    await this.#sendJobs({ withStatus: true });
  }

  /** Sends START and CANCEL where they are due, and STATUS for jobs that should be running if requested. */
  async #sendJobs({ withStatus = false } = {}): Promise<void> {
    const { link } = this.#seat;
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
    const { jobId, description } = message;
    if (this.#ending.has(jobId)) return;
    if (!(await this.#host.ownsJob(this.hostname, jobId))) {
      await link.send({ action: 'END_OK', jobId });
      return;
    }
    let waitingBytes = description.length;
    for (const bytes of this.#ending.values()) waitingBytes += bytes;
    const isTooMuch = this.#ending.size >= maxEnding || waitingBytes > maxEndingBytes;
    if (isTooMuch && this.#ending.size > 0) return;
    this.#ending.set(jobId, description.length);
    const errors = message.errors.slice(0, maxErrorCharacters);
    this.#logs
      .whenSettled(jobId)
      .then(() =>
        this.#enqueue('END', async () => {
          await this.#host.jobEnded(this.hostname, jobId, { errors, description });
          await this.#seat.link?.send({ action: 'END_OK', jobId });
          this.#logs.forget(jobId);
        }),
      )
      // Only when the master stops; the worker sends END again after the next start.
      .catch(() => undefined)
      .finally(() => this.#ending.delete(jobId));
  }
}
