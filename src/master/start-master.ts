/**
 * The embedded master: store, API, scheduler and ZeroMQ gateway in one process.
 *
 *   starting -> running -> stopping -> stopped
 *
 * `starting` opens the database first (which allows only one master), creates missing files in the state directory,
 * marks all workers Offline until they send a message, and listens last. After a kill at any moment, the next start
 * continues from the database, which contains everything that was acknowledged. Other processes may serve the API on
 * the same PostgreSQL database (start-api.ts); only this one schedules and has workers.
 */
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError, type Log, localFailure } from '../diagnostics/index.js';
import { listen, proxiesAmong, urlHost, type ListenAddress } from '../net/index.js';
import { readVersion } from '../package/index.js';
import type { MasterContext } from './context.js';
import { createEventHub } from './events/index.js';
import { createWorkerHost, startWorkers } from './workers/index.js';
import { startGateway } from './workers/zmq/index.js';
import { createServer } from './api/server.js';
import { createReader } from './reading/reader.js';
import { createDeviceRenderer } from './render/device-renderer.js';
import { startScheduler } from './scheduler/scheduler.js';
import { ensureMasterCertificate } from './access/master-certificate.js';
import { ensureTokenFile } from './access/token-files.js';
import { openStore } from './store/open-store.js';
import { setAllWorkersOffline } from './store/configuration/workers.js';

export interface MasterOptions {
  /** For the database, keys and tokens. Created if it does not exist, accessible to its owner only. */
  readonly stateDir: string;
  /** A PostgreSQL URL; default: SQLite in `stateDir`. */
  readonly databaseUrl?: string;
  readonly http: ListenAddress;
  readonly control: ListenAddress;
  /** Must have the same host as `control`. */
  readonly logs: ListenAddress;
  readonly log: Log;
  readonly now?: () => Date;
  /** Context variables that jobs may set besides LAVA's own. Default: none. */
  readonly extraContextVariables?: readonly string[];
  /**
   * Addresses and networks of proxies on other machines, whose `X-Forwarded-For` names the clients of the API. Default:
   * none. Those on this machine are always trusted.
   */
  readonly trustedProxies?: readonly string[];
}

export interface RunningMaster {
  /** The URL of the API, e.g. `http://127.0.0.1:8020`. */
  readonly url: string;
  /** The address for dispatchers, e.g. `tcp://127.0.0.1:5556`. */
  readonly controlEndpoint: string;
  readonly logEndpoint: string;
  readonly adminTokenFile: string;
  readonly reconcilerTokenFile: string;
  /** `master.key`, the public certificate for dispatchers. */
  readonly certificateFile: string;
  /** Finishes work in progress and closes everything. Jobs continue on their workers. */
  stop(): Promise<void>;
}

/**
 * Opens the store, updates its schema, and listens. Resolves when dispatchers and clients can connect.
 * @throws ExternalError when the database, a file or a port cannot be used
 * @throws UsageError when the options contradict each other, or a trusted proxy is not an address
 */
export async function startMaster(options: MasterOptions): Promise<RunningMaster> {
  if (options.control.host !== options.logs.host) {
    throw new UsageError('control and logs must listen on the same host', 'Use the same host for both.');
  }
  const { stateDir, databaseUrl, log } = options;
  const isProxy = proxiesAmong(options.trustedProxies ?? []);
  await makeStateDirectory(stateDir);
  // Last in, first out.
  const closers: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const events = createEventHub();
    const location = databaseUrl === undefined ? { file: join(stateDir, 'master.sqlite') } : { databaseUrl };
    const store = await openStore(location, { events, log });
    closers.push(() => store.close());
    const now = options.now ?? (() => new Date());
    const { extraContextVariables = [] } = options;
    const reader = createReader();
    closers.push(() => reader.stop());
    const context: MasterContext = { store, events, reader, log, now, extraContextVariables };
    const certificate = await ensureMasterCertificate(stateDir);
    const adminTokenFile = await ensureTokenFile(context, stateDir, 'admin');
    const reconcilerTokenFile = await ensureTokenFile(context, stateDir, 'reconciler');
    await store.write(async (tx, tell) => {
      await setAllWorkersOffline(tx);
      tell({ kind: 'unknown' });
    });

    const connected = await createWorkerHost(context);
    closers.push(async () => {
      connected.stop();
      await connected.settled();
    });
    const renderer = createDeviceRenderer();
    const scheduler = startScheduler(context, renderer);
    closers.push(() => scheduler.stop());
    const workers = startWorkers(connected.host, { log });
    closers.push(() => workers.stop());
    const gateway = await startGateway(workers, {
      certificateFile: certificate.secretFile,
      log,
      address: options.control.host,
      controlPort: options.control.port,
      logPort: options.logs.port,
    });
    closers.push(() => gateway.stop());
    const server = createServer({
      ...context,
      renderer,
      isProxy,
      version: readVersion(),
      masterCertificate: await readFile(certificate.publicFile, 'utf8'),
    });
    closers.push(() => server.close());
    const url = await listen(server, options.http, 'the API');

    const { host } = options.control;
    log.info({ url, control: gateway.controlPort, logs: gateway.logPort }, 'master is running');
    return {
      url,
      controlEndpoint: `tcp://${urlHost(host)}:${gateway.controlPort}`,
      logEndpoint: `tcp://${urlHost(host)}:${gateway.logPort}`,
      adminTokenFile,
      reconcilerTokenFile,
      certificateFile: certificate.publicFile,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeStateDirectory(stateDir: string): Promise<void> {
  try {
    const made = await mkdir(stateDir, { recursive: true, mode: 0o700 });
    if (made !== undefined) await chmod(stateDir, 0o700);
  } catch (error) {
    throw localFailure(error, 'create the state directory of the master', stateDir);
  }
}
