/**
 * The API alone, in its own process next to the master that runs the boards, on the same PostgreSQL database. It does not
 * schedule and has no workers. The master receives events about what it writes, and acts on them.
 *
 * States: `starting` -> `running` -> `stopping` -> `stopped`. It works while the master is not running:
 * reading works, and submitted jobs wait for the master.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExternalError, reasonOf, type Log } from '../diagnostics/index.js';
import { listen, proxiesAmong, type ListenAddress } from '../net/index.js';
import { readVersion } from '../package/index.js';
import { createServer } from './api/server.js';
import { createEventHub } from './events/index.js';
import { createReader } from './reading/reader.js';
import { createDeviceRenderer } from './render/device-renderer.js';
import { openStore } from './store/open-store.js';

export interface ApiOptions {
  /** The state directory of the master, or a copy. Only `master.key` is read. */
  readonly stateDir: string;
  /** The PostgreSQL URL of the master's database. */
  readonly databaseUrl: string;
  readonly http: ListenAddress;
  readonly log: Log;
  readonly now?: () => Date;
  /** As for the master. Default: none. */
  readonly extraContextVariables?: readonly string[];
  /** As for the master. Default: none. */
  readonly trustedProxies?: readonly string[];
}

export interface RunningApi {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Opens the store and listens.
 * @throws UsageError when a trusted proxy is not an address
 * @throws ExternalError when the database, `master.key` or the port cannot be used, or the schema is not up to date
 */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { databaseUrl, log, now = () => new Date(), extraContextVariables = [] } = options;
  const isProxy = proxiesAmong(options.trustedProxies ?? []);
  const masterCertificate = await readMasterCertificate(join(options.stateDir, 'master.key'));
  const events = createEventHub();
  const store = await openStore({ databaseUrl }, { access: 'shared', events, log });
  const reader = createReader();
  const server = createServer({
    ...{ store, events, reader, log, now, extraContextVariables, masterCertificate, isProxy },
    renderer: createDeviceRenderer(),
    version: readVersion(),
  });
  async function stop(): Promise<void> {
    await server.close();
    await reader.stop();
    await store.close();
  }
  try {
    const url = await listen(server, options.http, 'the API');
    log.info({ url }, 'the API is running');
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readMasterCertificate(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ExternalError({
      what: 'read the public certificate of the master',
      where: file,
      why: reasonOf(error),
      retry: 'after-change',
      hint: 'Start the master once, and use its state directory, or a copy of the file, for this process.',
      cause: error,
    });
  }
}
