import { startWorkers, type WorkerHost, type WorkersOptions } from '../../../src/master/workers/index.js';
import {
  startGateway as startZmqGateway,
  type Gateway,
  type GatewayOptions as ZmqOptions,
} from '../../../src/master/workers/zmq/index.js';

export type { Gateway } from '../../../src/master/workers/zmq/index.js';
export type GatewayOptions = ZmqOptions & WorkersOptions;

/** Workers over ZeroMQ, without the rest of a master. */
export async function startGateway(host: WorkerHost, options: GatewayOptions): Promise<Gateway> {
  const workers = startWorkers(host, options);
  const gateway = await startZmqGateway(workers, options);
  return {
    controlPort: gateway.controlPort,
    logPort: gateway.logPort,
    get connectionCount() {
      return gateway.connectionCount;
    },
    async stop() {
      await gateway.stop();
      await workers.stop();
    },
  };
}
