import type { ErrorType } from '../failure.js';
import type { LogMapping } from '../log/flow-line.js';
import type { JobContext, NamespaceData } from './context.js';
import type { Scope } from './scope.js';

export type Section = 'deploy' | 'boot' | 'test' | 'command' | 'finalize';

/**
 * One step of a job, before it has a place in it. Names, nesting and time-out blame are LAVA's, because the results
 * list shows them. An action runs `before`, then its steps, then `run`.
 */
export interface Action {
  readonly name: string;
  readonly summary: string;
  /** Who is to blame when it runs out of time; a job error unless said. */
  readonly timeoutType?: ErrorType;
  /** When neither job nor device say; LAVA's 30 s unless said. */
  readonly defaultTimeoutMs?: number;
  readonly steps?: readonly Action[];
  /** The steps are tried again after a failure; `maxTries` counts the first one too, unless job or device say. */
  readonly retries?: { readonly maxTries: number };
  before?(run: ActionRun): Promise<void>;
  run?(run: ActionRun): Promise<void>;
  /** Undoes what the action left behind. Runs at the end of the job, and before a retry. */
  cleanup?(run: CleanupRun): Promise<void>;
}

/** An action with its place in the job and what job and device say about it. */
export interface PlannedAction {
  readonly action: Action;
  /** LAVA's numbering: `2.1.3`. */
  readonly level: string;
  readonly section: Section;
  readonly namespace: string;
  readonly timeoutMs: number;
  readonly connectionTimeoutMs: number;
  readonly maxTries: number;
  /** Tries go on after a success too (`repeat`). */
  readonly isRepeated: boolean;
  readonly retryIntervalMs: number;
  /** Pause after each character typed. */
  readonly characterDelayMs: number;
  /** The block says that the job goes on with the next block when its time is over. */
  readonly canSkip: boolean;
  readonly steps: readonly PlannedAction[];
}

interface CleanupRun {
  readonly planned: PlannedAction;
  readonly job: JobContext;
  readonly data: NamespaceData;
  readonly scope: Scope;
}

/** What a running action is given. */
export interface ActionRun extends CleanupRun {
  /** Facts for the `extra` of the action's result; an action without any has no result of its own when it passes. */
  report(facts: LogMapping): void;
}
