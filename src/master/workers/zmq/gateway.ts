/**
 * The ZeroMQ gateway: dispatchers connect to 5556 (control) and 5555 (job logs), CURVE always on, and speak LAVA's
 * protocol 3 (LAVA 2020.05 to 2020.08). A worker is admitted only with the key of its applied certificate, and speaks
 * only for itself: every message is attributed by the key of its connection, never by what it says.
 *
 * States: `open` -> `stopping` (ports closed, connections closed, what was begun is finished) -> `stopped`.
 */
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Context } from 'zeromq';
import type { Log } from '../../../diagnostics/index.js';
import { decodeControl, decodeLog, readSecretCertificate } from '../../../wire/index.js';
import type { Connection } from './connection.js';
import { openDoor, type Door } from './door.js';
import { LogIntake } from '../log-intake.js';
import { Notices } from '../notices.js';
import type { GatewayHost } from '../ports.js';
import { makeSocketDirectory } from './socket-directory.js';
import { WorkerSession } from '../worker-session.js';
import { openZap } from './zap.js';

export interface GatewayOptions {
  /** The master's `.key_secret`. */
  readonly certificateFile: string;
  readonly log: Log;
  /** Where to listen; all addresses by default. */
  readonly address?: string;
  /** 0 takes any free port. Defaults: 5556 and 5555. */
  readonly controlPort?: number;
  readonly logPort?: number;
  /** How often workers are told to ping; 20 s. */
  readonly pingIntervalMs?: number;
  /** START and CANCEL are sent again after this while; 20 s. */
  readonly repeatMs?: number;
  /** A worker that was silent so long is lost; 60 s. */
  readonly offlineAfterMs?: number;
  /** A connection that is not admitted within this time is closed; 10 s. */
  readonly admitWithinMs?: number;
  /** How many connections of a port may wait for that; 64. */
  readonly maxWaiting?: number;
  /** For each port; 1000. */
  readonly maxConnections?: number;
  /** For the sockets' private directory; a short path. */
  readonly temporaryDirectory?: string;
}

export interface Gateway {
  readonly controlPort: number;
  readonly logPort: number;
  /** Open connections on both ports, those included that are not admitted yet. */
  readonly connectionCount: number;
  stop(): Promise<void>;
}

/** @throws ExternalError when the certificate cannot be read or a port cannot be had */
export async function startGateway(host: GatewayHost, options: GatewayOptions): Promise<Gateway> {
  const { log } = options;
  const certificate = await readSecretCertificate(options.certificateFile);
  const maxConnections = options.maxConnections ?? 1000;
  const context = new Context({ maxSockets: 2 * maxConnections + 100 });
  const socketDirectory = await makeSocketDirectory(options.temporaryDirectory ?? tmpdir());
  const stopping = new AbortController();
  const sessions = new Map<string, WorkerSession>();
  const intakes = new Map<string, LogIntake>();
  const notices = new Notices();
  const sessionOptions = {
    pingIntervalMs: options.pingIntervalMs ?? 20_000,
    repeatMs: options.repeatMs ?? 20_000,
    offlineAfterMs: options.offlineAfterMs ?? 60_000,
  };

  function intakeOf(worker: string): LogIntake {
    let intake = intakes.get(worker);
    if (intake === undefined) {
      const acknowledge = (jobId: number, lines: number): void => {
        sessions.get(worker)?.acknowledgeLog(jobId, lines);
      };
      intake = new LogIntake(worker, host, log, acknowledge, stopping.signal);
      intakes.set(worker, intake);
    }
    return intake;
  }

  function sessionOf(worker: string): WorkerSession {
    let session = sessions.get(worker);
    if (session === undefined) {
      session = new WorkerSession(worker, host, intakeOf(worker), sessionOptions, log);
      sessions.set(worker, session);
    }
    return session;
  }

  async function serveControl(connection: Connection, worker: string): Promise<void> {
    const session = sessionOf(worker);
    try {
      while (true) {
        const received = await connection.receive();
        if (received === null) return;
        const [identity, ...frames] = received;
        if (identity?.toString() !== worker) {
          log.warn(
            { worker, claimed: identity?.toString().slice(0, 80), remote: connection.remote },
            'a connection was closed: it speaks for another worker than its certificate names',
          );
          return;
        }
        const decoded = decodeControl(frames);
        if (decoded.ok) await session.handle(connection, decoded.message);
        else noteRefused(worker, 'control', decoded.reason);
      }
    } finally {
      session.disconnected(connection);
    }
  }

  async function serveLog(connection: Connection, worker: string): Promise<void> {
    const intake = intakeOf(worker);
    while (true) {
      const received = await connection.receive();
      if (received === null) return;
      const decoded = decodeLog(received);
      if (decoded.ok) await intake.take(decoded.message);
      else noteRefused(worker, 'log', decoded.reason);
    }
  }

  function noteRefused(worker: string, channel: string, reason: string): void {
    if (notices.isDue(`${worker} ${channel} ${reason}`)) {
      log.warn({ worker, channel, reason }, 'a message was refused');
    }
  }

  const zap = await openZap(context, log);
  const shared = {
    address: options.address ?? '0.0.0.0',
    context,
    zap,
    certificate,
    socketDirectory,
    admitWithinMs: options.admitWithinMs ?? 10_000,
    maxWaiting: options.maxWaiting ?? 64,
    maxConnections,
    workerOfKey: (publicKey: string) => host.workerOfKey(publicKey),
    log,
  };
  const doors: Door[] = [];
  async function release(): Promise<void> {
    await Promise.all(doors.map((door) => door.close()));
    zap.close();
    await rm(socketDirectory, { recursive: true, force: true });
  }
  let control: Door;
  let logs: Door;
  try {
    const controlPort = options.controlPort ?? 5556;
    const logPort = options.logPort ?? 5555;
    control = await openDoor({
      ...shared,
      kind: 'control',
      port: controlPort,
      maxConnectionsPerWorker: 4,
      serve: serveControl,
    });
    doors.push(control);
    // A stock worker has one log connection for each job.
    logs = await openDoor({
      ...shared,
      kind: 'log',
      port: logPort,
      maxConnectionsPerWorker: 250,
      serve: serveLog,
    });
    doors.push(logs);
  } catch (error) {
    await release();
    throw error;
  }

  const unsubscribe = host.onChange((hostname) => {
    if (hostname !== null) {
      sessions.get(hostname)?.push();
      return;
    }
    for (const door of doors) door.review();
    for (const session of sessions.values()) session.push();
  });
  const ticker = setInterval(
    () => {
      for (const session of sessions.values()) session.tick(Date.now());
    },
    Math.min(1000, sessionOptions.repeatMs / 2, sessionOptions.offlineAfterMs / 2),
  );

  return {
    controlPort: control.port,
    logPort: logs.port,
    get connectionCount() {
      return control.connectionCount + logs.connectionCount;
    },
    async stop() {
      unsubscribe();
      clearInterval(ticker);
      await release();
      await Promise.all([...intakes.values()].map((intake) => intake.finish(1000)));
      stopping.abort();
      await Promise.all([...sessions.values()].map((session) => session.whenIdle()));
    },
  };
}
