/** What master and worker tell each other, as values; each transport encodes them in its own way. */

export type MessageFromWorker =
  /** The worker has just connected. `version`: its software, null when it does not report one. */
  | { readonly action: 'HELLO'; readonly version: string | null }
  | { readonly action: 'PING' }
  /** The job runs: the answer to START and STATUS. */
  | { readonly action: 'START_OK'; readonly jobId: number }
  /** The job's process has ended. `description`: description.yaml, empty when the process died before it wrote one. */
  | {
      readonly action: 'END';
      readonly jobId: number;
      readonly errors: string;
      readonly description: string;
    };

export type MessageToWorker =
  /** `acknowledgesLogs`: LOG_OK will follow stored log lines. */
  | { readonly action: 'HELLO_OK'; readonly acknowledgesLogs: boolean }
  /** `intervalS`: how often the worker should send a PING, in seconds. */
  | { readonly action: 'PONG'; readonly intervalS: number }
  /** The texts are empty when there is none. */
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
 * One connection of an admitted worker, over any transport. Two links are the same connection only when they are the
 * same object.
 */
export interface WorkerLink {
  /** The address of the other side, for log messages. */
  readonly remote: string;
  /** Never fails: what cannot be sent is dropped, because everything is sent again until it is answered. */
  send(message: MessageToWorker): Promise<void>;
  close(): void;
}
