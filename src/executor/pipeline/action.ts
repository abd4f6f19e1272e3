import type { ErrorType } from '../failure.js';
import type { LogMapping } from '../log/flow-line.js';
import type { JobContext, NamespaceData } from './context.js';
import type { Scope } from './scope.js';

export type Section = 'deploy' | 'boot' | 'test' | 'command' | 'finalize';

/**
 * One step of a job, before it has a place in the job. Names, nesting and the error types of timeouts are LAVA's, because
 * the results show them. An action runs `before`, then its steps, then `run`.
 */
export interface Action {
  readonly name: string;
  readonly summary: string;
  /** The error type when the action times out. Default: a job error. */
  readonly timeoutType?: ErrorType;
  /** The timeout if neither the job nor the device sets one. Default: LAVA's 30 s. */
  readonly defaultTimeoutMs?: number;
  readonly steps?: readonly Action[];
  /** Run the steps again after a failure. `maxTries` includes the first try; the job or the device can override it. */
  readonly retries?: { readonly maxTries: number };
  before?(run: ActionRun): Promise<void>;
  run?(run: ActionRun): Promise<void>;
  /** Cleans up after the action. Runs at the end of the job, and before a retry. */
  cleanup?(run: CleanupRun): Promise<void>;
}

/** An action with its place in the job and its settings from the job and the device. */
export interface PlannedAction {
  readonly action: Action;
  /** The level in LAVA's numbering: `2.1.3`. */
  readonly level: string;
  readonly section: Section;
  readonly namespace: string;
  readonly timeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly maxTries: number;
  /** Continue with the next try after a success, too (`repeat`). */
  readonly isRepeated: boolean;
  readonly retryIntervalMs: number;
  /** Pause after each typed character. */
  readonly characterDelayMs: number;
  /** The job continues with the next block if this block times out. */
  readonly canSkip: boolean;
  readonly steps: readonly PlannedAction[];
}

interface CleanupRun {
  readonly planned: PlannedAction;
  readonly job: JobContext;
  readonly data: NamespaceData;
  readonly scope: Scope;
}

/** The context of a running action. */
export interface ActionRun extends CleanupRun {
  /** Details for the `extra` of the action's result. An action without any has no result if it passes. */
  report(facts: LogMapping): void;
}
