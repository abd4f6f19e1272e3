import type { AgentIdentity } from '../../wire/index.js';

/** The messages between master and worker, as values. Each transport encodes them in its own way. */

export type MessageFromWorker =
  /**
   * The worker has just connected. `version`: the version of its software; `agent`: which dispatcher it is. Both are null
   * if it does not report one.
   */
  | { readonly action: 'HELLO'; readonly version: string | null; readonly agent: AgentIdentity | null }
  | { readonly action: 'PING' }
  /** The job is running: the response to START and STATUS. */
  | { readonly action: 'START_OK'; readonly jobId: number }
  /**
   * The job's process has ended. `description`: description.yaml in an xz container, as it arrived; empty if the process
   * died before it wrote one.
   */
  | {
      readonly action: 'END';
      readonly jobId: number;
      readonly errors: string;
      readonly description: Uint8Array;
    };

export type MessageToWorker =
  /** `acknowledgesLogs`: the master will acknowledge stored log lines with LOG_OK. */
  | { readonly action: 'HELLO_OK'; readonly acknowledgesLogs: boolean }
  /** Another agent acts as this worker. Only agents that identify themselves get it. */
  | { readonly action: 'REFUSED'; readonly reason: string }
  /** `intervalS`: the interval at which the worker should send PING, in seconds. */
  | { readonly action: 'PONG'; readonly intervalS: number }
  /** The texts are empty if they do not exist. */
  | {
      readonly action: 'START';
      readonly jobId: number;
      readonly definition: string;
      readonly device: string;
      readonly dispatcher: string;
      readonly env: string;
      readonly envDut: string;
    }
  | { readonly action: 'CANCEL' | 'STATUS' | 'END_OK'; readonly jobId: number }
  /** `lines`: how many lines of the job's log are stored durably. */
  | { readonly action: 'LOG_OK'; readonly jobId: number; readonly lines: number };

/**
 * A connection of an admitted worker, over any transport. Two links are the same connection only if they are the same
 * object.
 */
export interface WorkerLink {
  /** The address of the peer, for log messages. */
  readonly remote: string;
  /** Never fails: drops messages that cannot be sent, because everything is sent again until it is answered. */
  send(message: MessageToWorker): Promise<void>;
  close(): void;
}
