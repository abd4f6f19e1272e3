/**
 * A part is a long-running process: master, dispatcher, controller, boards, simulated master. It runs alone in a
 * terminal, or as a child of `lavaflow up`, to which it reports over the IPC channel.
 */
export interface RunningPart {
  /** What the parent or the person at the terminal needs to know once the part runs. Plain JSON. */
  readonly ready: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** What a part sends to its parent. */
export type PartMessage =
  | { readonly type: 'ready'; readonly ready: Readonly<Record<string, unknown>> }
  | { readonly type: 'status'; readonly status: unknown };
