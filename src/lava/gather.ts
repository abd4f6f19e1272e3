import type { Rpc, RpcCall, RpcOutcome } from './rpc.js';

/** An XML-RPC client that keeps what it is asked to read until `send`, and then reads everything at once. */
export interface GatheringRpc {
  readonly rpc: Rpc;
  /**
   * Sends what was gathered, in as few requests as possible. What is asked for later is sent immediately.
   * @param what for messages
   */
  send(what: string, signal: AbortSignal | undefined): void;
}

interface Gathered {
  readonly groups: readonly (readonly RpcCall[])[];
  readonly resolve: (outcomes: RpcOutcome[][]) => void;
  readonly reject: (error: unknown) => void;
}

/** Only for reads: if a request fails, all of them fail. */
export function gather(rpc: Rpc): GatheringRpc {
  const gathered: Gathered[] = [];
  let isSent = false;

  async function sendAll(what: string, signal: AbortSignal | undefined): Promise<void> {
    try {
      const groups = gathered.flatMap((one) => one.groups);
      const outcomes = await rpc.batch(what, groups, { repeatable: true, signal });
      for (const one of gathered) one.resolve(outcomes.splice(0, one.groups.length));
    } catch (error) {
      for (const one of gathered) one.reject(error);
    }
  }

  return {
    rpc: {
      batch(what, groups, options) {
        if (isSent || !options.repeatable) return rpc.batch(what, groups, options);
        return new Promise((resolve, reject) => {
          gathered.push({ groups, resolve, reject });
        });
      },
    },
    send(what, signal) {
      isSent = true;
      void sendAll(what, signal);
    },
  };
}
