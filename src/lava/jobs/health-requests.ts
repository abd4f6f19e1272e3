/** Requests that set the health of devices and workers. Each one throws ExternalError when it fails. */
import { ExternalError } from '../../diagnostics/index.js';
import type { DeviceHealth, WorkerHealth } from '../../model/index.js';
import { parseObject } from '../rest.js';
import { failureOf } from '../rpc.js';
import type { Connection } from '../session.js';
import { noSuch } from './no-such.js';

/** @param reason for LAVA's log of the device; lost on a LAVA without the REST call */
export async function setDeviceHealth(
  connection: Connection,
  name: string,
  health: DeviceHealth,
  reason: string,
  signal?: AbortSignal,
): Promise<void> {
  const what = `set the health of ${name}`;
  const { capabilities } = await connection.open(signal);
  if (!capabilities.setHealthByRest) {
    const params = [name, null, null, null, true, health.toUpperCase()];
    await callOne(connection, what, 'device', 'scheduler.devices.update', params);
    return;
  }
  const { status } = await connection.http.request({
    what,
    method: 'POST',
    path: `api/v0.2/devices/${encodeURIComponent(name)}/set_health/?all=true`,
    repeatable: false,
    body: { type: 'application/json', text: JSON.stringify({ health, reason }) },
    answers: [404],
    signal,
  });
  if (status === 404) throw noSuch(connection, what, 'device');
}

export async function setWorkerHealth(
  connection: Connection,
  name: string,
  health: WorkerHealth,
): Promise<void> {
  const params = [name, null, health.toUpperCase()];
  await callOne(connection, `set the health of ${name}`, 'worker', 'scheduler.workers.update', params);
}

/**
 * Ends the jobs of a dispatcher that is gone. Only an embedded master can do this.
 * @returns the IDs of the jobs
 */
export async function releaseWorker(connection: Connection, name: string): Promise<readonly string[]> {
  const what = `release the worker ${name}`;
  const { capabilities } = await connection.open();
  if (capabilities.software === 'lava') {
    const why = 'a stock LAVA ends the jobs of a worker by itself';
    throw new ExternalError({ what, where: connection.http.url, why, retry: 'never' });
  }
  const { status, text } = await connection.http.request({
    what,
    method: 'POST',
    path: `api/lavaflow/v1/workers/${encodeURIComponent(name)}/release`,
    repeatable: false,
    answers: [404, 409],
  });
  if (status === 404) throw noSuch(connection, what, 'worker');
  if (status === 409) {
    throw new ExternalError({
      what,
      where: connection.http.url,
      why: 'its dispatcher is connected, or was until less than a minute ago',
      retry: 'after-change',
      hint: 'Stop the dispatcher that has the jobs, or cancel the jobs.',
    });
  }
  const { jobs } = parseObject(connection.http, what, text);
  return Array.isArray(jobs) ? jobs.map(String) : [];
}

/** Makes one XML-RPC call, which is never repeated. */
async function callOne(
  connection: Connection,
  what: string,
  object: 'device' | 'worker',
  method: string,
  params: readonly (string | boolean | null)[],
): Promise<void> {
  const { rpc } = await connection.open();
  const [group] = await rpc.batch(what, [[{ method, params }]], { repeatable: false });
  const outcome = group?.[0];
  if (outcome !== undefined && 'fault' in outcome && outcome.fault.code === 404)
    throw noSuch(connection, what, object);
  const why = failureOf(outcome);
  if (why !== null) throw new ExternalError({ what, where: connection.http.url, why, retry: 'never' });
}
