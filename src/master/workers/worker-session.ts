/**
 * The control channel of one worker: what a master does in LAVA's protocol 3.
 *
 * States: `absent` (nothing heard, or lost) -> `present` (heard from within `offlineAfterMs`) -> `absent`. When a worker
 * becomes present, or comes over a new connection, it is asked for the STATUS of its running jobs and gets what there
 * is to start and cancel. All messages and all pushes of one worker are handled one after the other, so that a START is
 * never sent from a list that is older than the END of its job.
 */
import type { Log } from '../../diagnostics/index.js';
import {
  encodeControl,
  protocolVersion,
  softwarePrefix,
  unpackDescription,
  type ControlMessage,
} from '../../wire/index.js';
import type { Connection } from './zmq/connection.js';
import type { LogIntake } from './log-intake.js';
import type { GatewayHost } from './ports.js';

export interface SessionOptions {
  readonly pingIntervalMs: number;
  readonly repeatMs: number;
  readonly offlineAfterMs: number;
}

export class WorkerSession {
  private connection: Connection | null = null;
  private isPresent = false;
  private lastSeenMs = 0;
  private lastPushMs = 0;
  /** When START and CANCEL of a job were last sent over this connection. */
  private readonly sentAtMs = new Map<string, number>();
  private readonly ending = new Set<number>();
  private tail: Promise<void> = Promise.resolve();
  private isPushQueued = false;

  constructor(
    readonly hostname: string,
    private readonly host: GatewayHost,
    private readonly logs: LogIntake,
    private readonly options: SessionOptions,
    private readonly log: Log,
  ) {}

  /** Handles one message; resolves when it is done. */
  async handle(connection: Connection, message: ControlMessage): Promise<void> {
    await this.enqueue(message.action, () => this.react(connection, message));
  }

  /** The connection is closed; the worker is given `offlineAfterMs` to come back. */
  disconnected(connection: Connection): void {
    if (this.connection === connection) this.connection = null;
  }

  /** There may be something new to start or to cancel. */
  push(): void {
    if (this.isPushQueued || this.connection === null) return;
    this.isPushQueued = true;
    void this.enqueue('push', async () => {
      this.isPushQueued = false;
      await this.sendJobs(false);
    });
  }

  /** Called every second or so: repeats what was not answered, notices who is lost. */
  tick(nowMs: number): void {
    if (this.isPresent && nowMs - this.lastSeenMs > this.options.offlineAfterMs) {
      this.isPresent = false;
      void this.enqueue('lost', async () => {
        this.log.warn({ worker: this.hostname }, 'worker lost');
        await this.host.workerLost(this.hostname);
      });
    }
    if (nowMs - this.lastPushMs >= this.options.repeatMs) this.push();
  }

  acknowledgeLog(jobId: number, lines: number): void {
    void this.connection?.send(encodeControl({ action: 'LOG_OK', jobId, lines }));
  }

  /** Resolves when everything that was begun is done. */
  async whenIdle(): Promise<void> {
    await this.tail;
  }

  private async enqueue(what: string, task: () => Promise<void>): Promise<void> {
    this.tail = this.tail.then(task).catch((error: unknown) => {
      // The worker says everything again until it is answered.
      this.log.error({ worker: this.hostname, message: what, error }, 'a message could not be handled');
    });
    await this.tail;
  }

  private async react(connection: Connection, message: ControlMessage): Promise<void> {
    switch (message.action) {
      case 'HELLO':
      case 'HELLO_RETRY': {
        if (message.protocol !== protocolVersion) {
          this.log.warn(
            { worker: this.hostname, protocol: message.protocol, wanted: protocolVersion },
            'HELLO with another protocol version is not answered',
          );
          return;
        }
        const isOurs = message.version?.startsWith(softwarePrefix) === true;
        await connection.send(encodeControl({ action: 'HELLO_OK', acknowledgesLogs: isOurs }));
        this.log.info({ worker: this.hostname, version: message.version }, 'worker connected');
        await this.seen(connection, message.version, true);
        return;
      }
      case 'PING': {
        const intervalS = Math.max(1, Math.round(this.options.pingIntervalMs / 1000));
        await connection.send(encodeControl({ action: 'PONG', intervalS }));
        await this.seen(connection, null, false);
        return;
      }
      case 'START_OK':
        await this.host.jobStarted(this.hostname, message.jobId);
        await this.seen(connection, null, false);
        return;
      case 'END':
        this.end(message);
        await this.seen(connection, null, false);
        return;
      default:
        this.log.warn(
          { worker: this.hostname, message: message.action },
          'a master does not take this message',
        );
    }
  }

  private async seen(connection: Connection, version: string | null, isHello: boolean): Promise<void> {
    const isNewConnection = this.connection !== connection;
    const appears = isNewConnection || isHello || !this.isPresent;
    if (isNewConnection) {
      // The newest connection wins, as with ROUTER_HANDOVER.
      this.connection?.close();
      this.connection = connection;
    }
    this.isPresent = true;
    this.lastSeenMs = Date.now();
    await this.host.workerSeen(this.hostname, version);
    if (appears) await this.sendJobs(true);
  }

  /** START and CANCEL where due; when the worker has just appeared, all of them and STATUS for what should run. */
  private async sendJobs(hasAppeared: boolean): Promise<void> {
    const { connection } = this;
    if (connection === null) return;
    const nowMs = Date.now();
    this.lastPushMs = nowMs;
    if (hasAppeared) this.sentAtMs.clear();
    const { start, cancel, running } = await this.host.jobsOf(this.hostname);
    const messages: { key: string; message: ControlMessage }[] = [
      ...start.map(({ id, ...texts }) => ({
        key: `START ${id}`,
        message: { action: 'START', jobId: id, ...texts } as const,
      })),
      ...cancel.map((jobId) => ({ key: `CANCEL ${jobId}`, message: { action: 'CANCEL', jobId } as const })),
    ];
    const wanted = new Set(messages.map(({ key }) => key));
    for (const key of this.sentAtMs.keys()) if (!wanted.has(key)) this.sentAtMs.delete(key);
    if (hasAppeared) {
      for (const jobId of running) await connection.send(encodeControl({ action: 'STATUS', jobId }));
    }
    for (const { key, message } of messages) {
      const last = this.sentAtMs.get(key);
      // Half a second of grace: the timer that brings us here is not exact.
      if (last !== undefined && nowMs - last < this.options.repeatMs - 500) continue;
      this.sentAtMs.set(key, nowMs);
      await connection.send(encodeControl(message));
    }
  }

  /** Ends a job once its log is whole. Waiting for that must not hold up the worker's other messages. */
  private end(message: Extract<ControlMessage, { action: 'END' }>): void {
    const { jobId } = message;
    if (this.ending.has(jobId) || this.ending.size >= 100) return;
    this.ending.add(jobId);
    this.logs
      .whenSettled(jobId)
      .then(() =>
        this.enqueue('END', async () => {
          const description = unpackDescription(message.description);
          await this.host.jobEnded(this.hostname, jobId, { errors: message.errors, description });
          await this.connection?.send(encodeControl({ action: 'END_OK', jobId }));
          this.logs.forget(jobId);
        }),
      )
      // Only when the gateway stops; the worker says END again to the next.
      .catch(() => undefined)
      .finally(() => this.ending.delete(jobId));
  }
}
