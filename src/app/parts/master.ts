import { UsageError } from '../../diagnostics/index.js';
import { openLog } from './log.js';
import type { RunningPart } from './part.js';

interface Address {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface MasterApiRun {
  /** The directory for its database, keys and job logs. */
  readonly state: string;
  /** A PostgreSQL database instead of the embedded one. */
  readonly databaseUrl: string | null;
  readonly http: Address;
  /** Context variables that jobs may set besides LAVA's own. */
  readonly extraContextVariables: readonly string[];
  /** Addresses and networks of proxies on other machines that name their clients. */
  readonly trustedProxies: readonly string[];
  /** Write log lines for people instead of JSON. */
  readonly prettyLog: boolean;
}

export interface MasterRun extends MasterApiRun {
  /** Where dispatchers connect. */
  readonly control: Address;
  /** Where job logs arrive. */
  readonly logs: Address;
}

/**
 * Starts lavaflow's own master in this process.
 * @returns reports where it listens and the files with its tokens and certificate
 * @throws UsageError
 * @throws ExternalError
 */
export async function runMaster(run: MasterRun): Promise<RunningPart> {
  const { startMaster } = await import('../../master/index.js');
  const log = await openLog(run.prettyLog);
  const master = await startMaster({
    stateDir: run.state,
    ...(run.databaseUrl === null ? {} : { databaseUrl: run.databaseUrl }),
    http: run.http,
    control: run.control,
    logs: run.logs,
    extraContextVariables: run.extraContextVariables,
    trustedProxies: run.trustedProxies,
    log: log.logger,
  });
  const { url, adminTokenFile, reconcilerTokenFile, certificateFile } = master;
  const endpoints = { control: master.controlEndpoint, logs: master.logEndpoint };
  return {
    ready: { url, ...endpoints, adminTokenFile, reconcilerTokenFile, certificateFile },
    stop: () => master.stop(),
  };
}

/**
 * Starts only the API of a master in this process, next to the master on the same PostgreSQL database.
 * @returns reports its URL
 * @throws UsageError, also without a PostgreSQL database
 * @throws ExternalError
 */
export async function runMasterApi(run: MasterApiRun): Promise<RunningPart> {
  const { databaseUrl } = run;
  if (databaseUrl === null) {
    throw new UsageError(
      '--api-only requires the PostgreSQL database of a master',
      'Set DATABASE_URL to the database that the master uses.',
    );
  }
  const { startApi } = await import('../../master/index.js');
  const log = await openLog(run.prettyLog);
  const api = await startApi({
    stateDir: run.state,
    http: run.http,
    databaseUrl,
    extraContextVariables: run.extraContextVariables,
    trustedProxies: run.trustedProxies,
    log: log.logger,
  });
  return { ready: { url: api.url }, stop: () => api.stop() };
}
