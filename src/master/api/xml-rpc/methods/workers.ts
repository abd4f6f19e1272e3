import { workerHealths } from '../../../../model/index.js';
import { RpcFault, type XmlRpcValue } from '../../../../xml-rpc/index.js';
import { setWorkerHealth } from '../../../health/set-worker-health.js';
import {
  devicesOfWorker,
  listWorkers,
  showWorker,
  showWorkerFiles,
  type WorkerFiles,
} from '../../../views/index.js';
import { configurationRefusal } from '../../configuration-refusal.js';
import { fileValue, method, type Caller, type RpcMethod, type RpcMethods } from '../method.js';
import { anything, flag, optionalWord, text } from '../parameters.js';

export const workerMethods: RpcMethods = {
  'scheduler.workers.list': method({
    access: 'reader',
    help: 'Returns the names of the workers; retired ones only with show_all.',
    parameters: { show_all: flag },
    call: async ({ show_all: includeRetired }, { db }) =>
      (await listWorkers(db, { includeRetired })).items.map((worker) => worker.hostname),
  }),
  'scheduler.workers.show': method({
    access: 'reader',
    help: 'Returns a worker.',
    parameters: { hostname: text },
    call: ({ hostname }, { db }) => show(db, hostname),
  }),
  'scheduler.workers.get_config': fileMethod('dispatcherConfig', 'dispatcher configuration'),
  'scheduler.workers.get_env': fileMethod('env', 'environment of jobs'),
  'scheduler.workers.get_env_dut': fileMethod('envDut', 'environment of devices under test'),
  'scheduler.workers.get_certificate': fileMethod('certificate', 'public certificate'),
  'scheduler.workers.update': method({
    access: 'operator',
    help: 'Sets the health of a worker. Everything else comes from the lab repo.',
    parameters: {
      hostname: text,
      description: anything,
      health: optionalWord(workerHealths),
      job_limit: anything,
    },
    async call({ hostname, health, description, job_limit }, { context, db, username }) {
      if (description || job_limit) throw new RpcFault(403, await configurationRefusal(db));
      if (health === null) {
        if ((await showWorker(db, hostname)) === undefined) throw notFound(hostname);
      } else if (!(await setWorkerHealth(context, hostname, health, username()))) {
        throw notFound(hostname);
      }
      return null;
    },
  }),
};

function notFound(hostname: string): RpcFault {
  return new RpcFault(404, `Worker '${hostname}' was not found.`);
}

function fileMethod(file: keyof WorkerFiles, what: string): RpcMethod {
  return method({
    access: 'reader',
    help: `Returns the ${what} of a worker.`,
    parameters: { hostname: text },
    async call({ hostname }, { db }) {
      const files = await showWorkerFiles(db, hostname);
      if (files === undefined) throw notFound(hostname);
      const content = files[file];
      if (content === null) throw new RpcFault(404, `Worker '${hostname}' has no ${what}.`);
      return fileValue(content);
    },
  });
}

async function show(db: Caller['db'], hostname: string): Promise<XmlRpcValue> {
  const worker = await showWorker(db, hostname);
  const files = await showWorkerFiles(db, hostname);
  if (worker === undefined || files === undefined) throw notFound(hostname);
  return {
    hostname,
    description: worker.description,
    state: worker.state,
    health: worker.health,
    devices: await devicesOfWorker(db, hostname),
    last_ping: worker.lastPing,
    job_limit: worker.jobLimit,
    version: worker.version,
    default_config: files.dispatcherConfig === null,
    default_env: files.env === null,
    default_env_dut: files.envDut === null,
  };
}
