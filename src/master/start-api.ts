/**
 * The API alone, in a process besides the master that runs the boards, on the same PostgreSQL database. It schedules
 * nothing and has no workers: what it writes, the master hears as events and acts on.
 *
 * States: `starting` -> `running` -> `stopping` -> `stopped`. It needs no master to be running: reading works, and what
 * is submitted waits for the master.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExternalError, reasonOf, type Log } from '../diagnostics/index.js';
import { readVersion } from '../package/index.js';
import { createServer } from './api/server.js';
import { createEventHub } from './events/index.js';
import { listen, type ListenAddress } from './listen.js';
import { createDeviceRenderer } from './render/device-renderer.js';
import { openStore } from './store/open-store.js';

export interface ApiOptions {
  /** The state directory of the master, or a copy; only `master.key` in it is read. */
  readonly stateDir: string;
  /** The PostgreSQL URL of the master's database. */
  readonly databaseUrl: string;
  readonly http: ListenAddress;
  readonly log: Log;
  readonly now?: () => Date;
}

export interface RunningApi {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Opens the store and listens.
 * @throws ExternalError when the database, `master.key` or the port cannot be used, or the schema is not the newest
 */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { databaseUrl, log, now = () => new Date() } = options;
  const masterCertificate = await readMasterCertificate(join(options.stateDir, 'master.key'));
  const events = createEventHub();
  const store = await openStore({ databaseUrl }, { access: 'shared', events, log });
  const server = createServer({
    ...{ store, events, log, now, masterCertificate },
    renderer: createDeviceRenderer(),
    version: readVersion(),
  });
  async function stop(): Promise<void> {
    await server.close();
    await store.close();
  }
  try {
    const url = await listen(server, options.http);
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
      hint: 'Start the master once, and give this process its state directory or a copy of the file.',
      cause: error,
    });
  }
}
