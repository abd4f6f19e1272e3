/**
 * The connection to the master: control (DEALER to its ROUTER) and logs (PUSH to its PULL), with CURVE.
 *
 * States: `connecting` -> (handshake) -> `greeting` (HELLO, then HELLO_RETRY until HELLO_OK) -> `greeted` (PING, at
 * the interval that the master specifies). libzmq reconnects by itself. Each handshake starts with HELLO, because the
 * master identifies the agent by it. If a master rejects our key, libzmq gives up; if it rejects this agent, because
 * another one acts as this worker (REFUSED), it keeps the connection. In both cases the sockets are reopened after a
 * delay. From each state -> `closed`.
 */
import { Dealer, Push, type Socket } from 'zeromq';
import { Notices, type Log } from '../diagnostics/index.js';
import {
  decodeControl,
  encodeControl,
  encodeLog,
  protocolVersion,
  softwarePrefix,
  type AgentIdentity,
  type ControlMessage,
  type SecretCertificate,
} from '../wire/index.js';

export interface LinkOptions {
  readonly hostname: string;
  readonly agent: AgentIdentity;
  readonly controlEndpoint: string;
  readonly logEndpoint: string;
  readonly masterKey: string;
  readonly certificate: SecretCertificate;
  readonly version: string;
  readonly repeatMs: number;
  readonly log: Log;
  readonly onMessage: (message: ControlMessage) => Promise<void>;
  /** The log channel has reconnected: lines sent over the old connection may be lost. */
  readonly onLogConnected: () => void;
}

/** How often the same refusal is logged. */
const refusalEveryMs = 600_000;

function refusalHint(worker: string): string {
  return `Run one dispatcher per worker. If the other one is gone for good and its boards are off, run 'lavaflow workers release ${worker}'.`;
}

export class Link {
  #control: Dealer | null = null;
  #logs: Push | null = null;
  #isControlUp = false;
  #isLogUp = false;
  #isClosed = false;
  #hasGreeted = false;
  #pingIntervalMs = 5000;
  #lastHelloMs = 0;
  #lastPingMs = 0;
  #lastHeardMs = Date.now();
  #isSilenceLogged = false;
  #connectedAtMs: number | null = null;
  #isWaitLogged = false;
  #refusal: { readonly reason: string; readonly atMs: number } | null = null;
  #reopenTimer: NodeJS.Timeout | undefined;
  #lastControl: Promise<void> = Promise.resolve();
  #lastLine: Promise<boolean> = Promise.resolve(true);
  readonly #notices = new Notices();
  readonly #ticker: NodeJS.Timeout;
  acknowledgesLogs: boolean | null = null;

  readonly #options: LinkOptions;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#open();
    this.#ticker = setInterval(
      () => {
        this.#tick(Date.now());
      },
      Math.min(500, options.repeatMs / 2),
    );
  }

  get isGreeted(): boolean {
    return this.#hasGreeted && this.#isControlUp;
  }

  /**
   * Sends a control message. Drops it if the master cannot be reached: every message is repeated until the master
   * responds.
   */
  send(message: ControlMessage): void {
    const control = this.#control;
    if (control === null || !this.#isControlUp) return;
    this.#lastControl = this.#lastControl.then(async () => {
      if (!control.closed) await control.send(encodeControl(message)).catch(() => undefined);
    });
  }

  /**
   * Sends a log line, in order, as fast as the master accepts them; returns false if the line was not sent. Until the
   * master has greeted, nothing is sent: a line without an index would be stored after those that the master has,
   * although it may be one of them.
   */
  async sendLine(jobId: number, index: number, line: string): Promise<boolean> {
    this.#lastLine = this.#lastLine.then(async () => {
      const logs = this.#logs;
      const { acknowledgesLogs } = this;
      if (logs === null || logs.closed || !this.#isLogUp || acknowledgesLogs === null) return false;
      const message = { jobId, line, index: acknowledgesLogs ? index : null };
      return await logs.send(encodeLog(message)).then(
        () => true,
        () => false,
      );
    });
    return await this.#lastLine;
  }

  async close(): Promise<void> {
    // Messages that are already queued are still sent.
    await this.#lastControl;
    this.#isClosed = true;
    clearInterval(this.#ticker);
    clearTimeout(this.#reopenTimer);
    this.#closeSockets();
  }

  #open(): void {
    const { hostname, masterKey, certificate, controlEndpoint, logEndpoint } = this.#options;
    const security = {
      curveServerKey: masterKey,
      curvePublicKey: certificate.publicKey,
      curveSecretKey: certificate.secretKey,
      reconnectInterval: 200,
      reconnectMaxInterval: 5000,
      heartbeatInterval: 10_000,
      heartbeatTimeout: 30_000,
    };
    const control = new Dealer({
      ...security,
      linger: 500,
      routingId: hostname,
      sendTimeout: 0,
      sendHighWaterMark: 100,
    });
    const logs = new Push({ ...security, linger: 0 });
    this.#control = control;
    this.#logs = logs;
    this.#watchControl(control);
    this.#watchLogs(logs);
    control.connect(controlEndpoint);
    logs.connect(logEndpoint);
    this.#listen(control).catch((error: unknown) => {
      if (!control.closed) this.#options.log.error({ error }, 'the control channel stopped');
    });
  }

  /** Until the master greets again, it may be another one, or may not accept this agent: nothing is sent but HELLO. */
  #forgetMaster(): void {
    this.#hasGreeted = false;
    this.acknowledgesLogs = null;
  }

  #closeSockets(): void {
    this.#forgetMaster();
    this.#isControlUp = false;
    this.#isLogUp = false;
    this.#connectedAtMs = null;
    this.#control?.close();
    this.#logs?.close();
  }

  #watchControl(socket: Dealer): void {
    socket.events.on('connect', () => {
      this.#connectedAtMs = Date.now();
    });
    socket.events.on('handshake', () => {
      this.#isControlUp = true;
      this.#isWaitLogged = false;
      this.#options.log.info({ master: this.#options.controlEndpoint }, 'connected to the master');
      this.#greet(Date.now());
    });
    socket.events.on('disconnect', () => {
      if (this.#isControlUp)
        this.#options.log.warn(
          { master: this.#options.controlEndpoint },
          'lost the connection to the master',
        );
      this.#isControlUp = false;
      this.#forgetMaster();
      // `isWaitLogged` stays set: a master that makes us wait closes the connection from time to time.
      this.#connectedAtMs = null;
    });
    this.#watchRefusal(socket);
  }

  #watchLogs(socket: Push): void {
    socket.events.on('handshake', () => {
      this.#isLogUp = true;
      this.#options.onLogConnected();
    });
    socket.events.on('disconnect', () => {
      this.#isLogUp = false;
    });
    this.#watchRefusal(socket);
  }

  #watchRefusal(socket: Socket): void {
    socket.events.on('handshake:error:auth', () => {
      if (this.#isClosed || this.#reopenTimer !== undefined) return;
      this.#logWait();
      this.#reopenLater(this.#options.repeatMs);
    });
  }

  #reopenLater(afterMs: number): void {
    if (this.#isClosed || this.#reopenTimer !== undefined) return;
    this.#reopenTimer = setTimeout(() => {
      this.#reopenTimer = undefined;
      this.#closeSockets();
      this.#open();
    }, afterMs);
  }

  /** Another agent acts as this worker. Tries again, because that one may stop. */
  #refused(reason: string): void {
    const nowMs = Date.now();
    this.#forgetMaster();
    this.#closeSockets();
    this.#reopenLater(2 * this.#options.repeatMs);
    const last = this.#refusal;
    if (last !== null && last.reason === reason && nowMs - last.atMs < refusalEveryMs) return;
    this.#refusal = { reason, atMs: nowMs };
    const { hostname } = this.#options;
    this.#options.log.error(
      { master: this.#options.controlEndpoint, worker: hostname, reason, hint: refusalHint(hostname) },
      'the master rejects this dispatcher: another one acts as this worker',
    );
  }

  #logWait(): void {
    if (this.#isWaitLogged) return;
    this.#isWaitLogged = true;
    this.#options.log.warn(
      { master: this.#options.controlEndpoint, publicKey: this.#options.certificate.publicKey },
      'the master does not admit this worker yet: check that its public certificate is applied and that the master certificate is correct',
    );
  }

  #tick(nowMs: number): void {
    const { repeatMs, log } = this.#options;
    if (!this.#isControlUp) {
      if (this.#connectedAtMs !== null && nowMs - this.#connectedAtMs > Math.min(repeatMs, 3000))
        this.#logWait();
    } else if (!this.#hasGreeted) {
      if (nowMs - this.#lastHelloMs >= repeatMs) this.#greet(nowMs);
    } else if (nowMs - Math.max(this.#lastHeardMs, this.#lastPingMs) >= this.#pingIntervalMs) {
      this.#ping(nowMs);
    }
    if (this.#hasGreeted && nowMs - this.#lastHeardMs > 4 * this.#pingIntervalMs && !this.#isSilenceLogged) {
      this.#isSilenceLogged = true;
      log.warn(
        { master: this.#options.controlEndpoint },
        'the master has been silent for four ping intervals',
      );
    }
  }

  #greet(nowMs: number): void {
    const action = this.#lastHelloMs === 0 ? 'HELLO' : 'HELLO_RETRY';
    this.#lastHelloMs = nowMs;
    this.send({
      action,
      protocol: protocolVersion,
      version: `${softwarePrefix}${this.#options.version}`,
      agent: this.#options.agent,
    });
  }

  #ping(nowMs: number): void {
    this.#lastPingMs = nowMs;
    this.send({ action: 'PING' });
  }

  async #listen(socket: Dealer): Promise<void> {
    for await (const frames of socket) {
      const decoded = decodeControl(frames);
      if (!decoded.ok) {
        const { reason } = decoded;
        if (this.#notices.isDue(reason, Date.now()))
          this.#options.log.warn({ reason }, 'refused a message from the master');
        continue;
      }
      this.#lastHeardMs = Date.now();
      this.#isSilenceLogged = false;
      await this.#receive(decoded.message);
    }
  }

  async #receive(message: ControlMessage): Promise<void> {
    if (message.action === 'HELLO_OK') {
      this.#hasGreeted = true;
      this.#refusal = null;
      this.acknowledgesLogs = message.acknowledgesLogs;
      // Lines are held until it is known whether the master expects an index.
      this.#options.onLogConnected();
      this.#ping(Date.now());
    } else if (message.action === 'REFUSED') {
      this.#refused(message.reason);
    } else if (message.action === 'PONG') {
      if (message.intervalS >= 1) this.#pingIntervalMs = message.intervalS * 1000;
    } else {
      await this.#options.onMessage(message);
    }
  }
}
