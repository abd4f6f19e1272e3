import { RpcFault, type XmlRpcValue } from '../../../../xml-rpc/index.js';
import { workerHealths } from '../../../../model/index.js';
import { setWorkerHealth } from '../../../health/set-worker-health.js';
import { devicesOfWorker } from '../../../store/devices.js';
import type { WorkerRow } from '../../../store/tables.js';
import { findWorker, listWorkers } from '../../../store/workers.js';
import { configurationRefusal } from '../../configuration-refusal.js';
import {
  callerOf,
  fileValue,
  flagParameter,
  optionalText,
  textParameter,
  wordParameter,
  type MethodCall,
  type RpcMethod,
  type RpcMethods,
} from './method.js';

export const workerMethods: RpcMethods = {
  'scheduler.workers.list': {
    access: 'reader',
    parameters: ['show_all'],
    required: 0,
    help: 'Names of the workers; retired ones only with show_all.',
    call: async (call) => {
      const workers = await listWorkers(call.context.store.db);
      const showAll = flagParameter(call, 0);
      return workers.filter((row) => showAll || row.health !== 'Retired').map((row) => row.hostname);
    },
  },
  'scheduler.workers.show': {
    access: 'reader',
    parameters: ['hostname'],
    required: 1,
    help: 'One worker.',
    call: show,
  },
  'scheduler.workers.get_config': fileMethod('dispatcherConfig', 'dispatcher configuration'),
  'scheduler.workers.get_env': fileMethod('env', 'environment of jobs'),
  'scheduler.workers.get_env_dut': fileMethod('envDut', 'environment of devices under test'),
  'scheduler.workers.get_certificate': fileMethod('certificate', 'public certificate'),
  'scheduler.workers.update': {
    access: 'operator',
    parameters: ['hostname', 'description', 'health', 'job_limit'],
    required: 1,
    help: 'Sets the health of a worker. All else comes from the lab repository.',
    call: update,
  },
};

function fileMethod(column: 'env' | 'envDut' | 'dispatcherConfig' | 'certificate', what: string): RpcMethod {
  return {
    access: 'reader',
    parameters: ['hostname'],
    required: 1,
    help: `The ${what} of a worker.`,
    call: async (call) => {
      const worker = await workerOf(call);
      const text = worker[column];
      if (text === null) throw new RpcFault(404, `Worker '${worker.hostname}' does not have a ${what}.`);
      return fileValue(text);
    },
  };
}

async function workerOf(call: MethodCall): Promise<WorkerRow> {
  const hostname = textParameter(call, 0, 'hostname');
  const worker = await findWorker(call.context.store.db, hostname);
  if (worker === undefined) throw new RpcFault(404, `Worker '${hostname}' was not found.`);
  return worker;
}

async function show(call: MethodCall): Promise<XmlRpcValue> {
  const worker = await workerOf(call);
  const devices = await devicesOfWorker(call.context.store.db, worker.hostname);
  return {
    hostname: worker.hostname,
    description: worker.description,
    state: worker.state,
    health: worker.health,
    devices: devices.map((device) => device.hostname),
    last_ping: new Date(worker.lastPing),
    job_limit: worker.jobLimit,
    version: worker.version,
    default_config: worker.dispatcherConfig === null,
    default_env: worker.env === null,
    default_env_dut: worker.envDut === null,
  };
}

async function update(call: MethodCall): Promise<XmlRpcValue> {
  const { context, parameters } = call;
  if ([1, 3].some((index) => (parameters[index] ?? null) !== null)) {
    throw new RpcFault(403, await configurationRefusal(context.store.db));
  }
  const { hostname } = await workerOf(call);
  const health = optionalText(call, 2, 'health');
  if (health === null) return null;
  await setWorkerHealth(context, hostname, wordParameter(workerHealths, health, 'health'), callerOf(call));
  return null;
}
