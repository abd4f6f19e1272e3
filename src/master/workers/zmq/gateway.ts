/**
 * The ZeroMQ gateway: dispatchers connect to 5556 (control) and 5555 (job logs), always with CURVE, and use LAVA's
 * protocol 3 (LAVA 2020.05 to 2020.08). A worker is admitted only with the key of its applied certificate, and can
 * act only for itself: messages are attributed by the key of their connection, never by their content.
 *
 * States: `starting` -> `open` -> `stopping` (ports closed; what has arrived is still received) -> `stopped`; `starting`
 * -> `stopped` if a port is in use.
 */
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Context } from 'zeromq';
import type { Log } from '../../../diagnostics/index.js';
import { readSecretCertificate } from '../../../wire/index.js';
import type { Workers } from '../workers.js';
import { createChannels } from './channels.js';
import { openDoor, type Door, type DoorOptions } from './door.js';
import { makeSocketDirectory } from './socket-directory.js';
import { openZap } from './zap.js';

export interface GatewayOptions {
  /** The master's `.key_secret`. */
  readonly certificateFile: string;
  readonly log: Log;
  /** The address to listen on; default: all. */
  readonly address?: string;
  /** 0 means any free port. Defaults: 5556 and 5555. */
  readonly controlPort?: number;
  readonly logPort?: number;
  /** A connection that is not admitted within this time is closed; default: 10 s. */
  readonly admitWithinMs?: number;
  /** The number of connections per port that may wait for admission besides one for each worker; default: 64. */
  readonly maxStrangers?: number;
  /** Per port; default: 1000. */
  readonly maxConnections?: number;
  /** The parent of the private directory for the sockets; a short path. */
  readonly temporaryDirectory?: string;
}

export interface Gateway {
  readonly controlPort: number;
  readonly logPort: number;
  /** Open connections on both ports, including those that are not admitted yet. */
  readonly connectionCount: number;
  stop(): Promise<void>;
}

const maxControlConnectionsPerWorker = 4;
/** A stock worker has one log connection per job. */
const maxLogConnectionsPerWorker = 250;

/**
 * Listens on both ports; resolves when dispatchers can connect.
 * @throws ExternalError when the certificate cannot be read, or a port cannot be opened
 */
export async function startGateway(workers: Workers, options: GatewayOptions): Promise<Gateway> {
  const certificate = await readSecretCertificate(options.certificateFile);
  const { log, maxConnections = 1000 } = options;
  const context = new Context({ maxSockets: 2 * maxConnections + 100 });
  const socketDirectory = await makeSocketDirectory(options.temporaryDirectory ?? tmpdir());
  const zap = await openZap(context, log);
  const doors: Door[] = [];
  async function release(): Promise<void> {
    await Promise.all(doors.map((door) => door.close()));
    zap.close();
    await rm(socketDirectory, { recursive: true, force: true });
  }
  const serve = createChannels(workers);
  const shared = {
    address: options.address ?? '0.0.0.0',
    context,
    zap,
    certificate,
    socketDirectory,
    admitWithinMs: options.admitWithinMs ?? 10_000,
    maxStrangers: options.maxStrangers ?? 64,
    workerCount: () => workers.keyCount,
    maxConnections,
    workerOfKey: (publicKey: string) => workers.workerOfKey(publicKey),
    log,
  };
  async function open(own: Omit<DoorOptions, keyof typeof shared>): Promise<Door> {
    const door = await openDoor({ ...shared, ...own });
    doors.push(door);
    return door;
  }
  try {
    const control = await open({
      kind: 'control',
      port: options.controlPort ?? 5556,
      maxConnectionsPerWorker: maxControlConnectionsPerWorker,
      serve: serve.control,
    });
    const logs = await open({
      kind: 'log',
      port: options.logPort ?? 5555,
      maxConnectionsPerWorker: maxLogConnectionsPerWorker,
      serve: serve.log,
    });
    return running(control, logs, workers, release);
  } catch (error) {
    await release();
    throw error;
  }
}

function running(control: Door, logs: Door, workers: Workers, release: () => Promise<void>): Gateway {
  const unsubscribe = workers.onKeysChange(() => {
    control.review();
    logs.review();
  });
  return {
    controlPort: control.port,
    logPort: logs.port,
    get connectionCount() {
      return control.connectionCount + logs.connectionCount;
    },
    async stop() {
      unsubscribe();
      await release();
    },
  };
}
