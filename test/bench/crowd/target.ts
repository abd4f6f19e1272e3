/** Where a master listens, and the keys of the clients. */
export interface Target {
  readonly url: string;
  readonly control: string;
  readonly logs: string;
  readonly admin: string;
  readonly reconciler: string;
  /** The public certificate of the master. */
  readonly certificateFile: string;
  readonly workerKeyFile: string;
}
