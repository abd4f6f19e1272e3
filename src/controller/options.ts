import type { Finding, Log } from '../diagnostics/index.js';
import type { LabSnapshot } from '../lab/index.js';
import type { DesiredMaster, Lab, Master, ObjectKey, Verb } from '../model/index.js';
import type { MasterTarget, PlanRequest } from '../reconcile/index.js';
import type { BackOff } from './back-off.js';
import type { LabSource, StatusFile } from './ports.js';
import type { ControllerStatus } from './status.js';

/** A lab as it was read; `lab` is null when the findings leave nothing that could be used. */
export interface ReadLab {
  /** The snapshot's, with `+local` appended when a local layer took part. */
  readonly revision: string;
  readonly lab: Lab | null;
  readonly findings: readonly Finding[];
  /** Templates of the lab's deviceTypeSources, by file name. */
  readonly templates?: PlanRequest['templates'];
}

/** One run over one master. */
export interface MasterRequest {
  readonly target: MasterTarget;
  readonly desired: DesiredMaster;
  readonly lab: Lab;
  readonly repository: string;
  readonly revision: string;
  /** Those that the lab was read with. */
  readonly templates?: PlanRequest['templates'];
  /** After it fires, the object that is being written is still finished and recorded, and nothing more is begun. */
  readonly signal: AbortSignal;
  /** What is new in this revision is to be on the master soon: do that first, and say when it is there. */
  readonly onChangesDone?: () => void;
}

export interface MasterResult {
  /** `refused`: by a safety limit; nothing was written. `failed`: some changes could not be made. */
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly counts: Readonly<Record<Verb, number>>;
  /** Objects that somebody changed on the master itself. */
  readonly drift: readonly ObjectKey[];
  /** For each of them, when it was first seen so; ISO 8601, UTC. */
  readonly driftSince?: Readonly<Record<string, string>>;
  /** What somebody keeps changing back, so that it is left alone for a while; one sentence each. */
  readonly contested?: readonly string[];
  /** Whether somebody should hear of it: some of it is not just observed. Default: what the mode of the master says. */
  readonly isDriftAlarming?: boolean;
  /** What could not or may not be done, one sentence each. */
  readonly problems: readonly string[];
}

export interface ControllerOptions {
  readonly source: LabSource;
  /**
   * Makes the desired state of a snapshot, with the local layer over it.
   * @throws ExternalError
   */
  readonly read: (snapshot: LabSnapshot) => Promise<ReadLab>;
  /**
   * The way to a master, with fresh credentials; null while its address or token is not set.
   * @throws ExternalError
   */
  readonly connect: (master: Master) => Promise<MasterTarget | null>;
  /**
   * Observes, plans, applies and records.
   * @throws ExternalError
   */
  readonly reconcile: (request: MasterRequest) => Promise<MasterResult>;
  /** Calls back when the local layer changes; returns the function that ends it. */
  readonly onLayerChange?: (listener: () => void) => () => void;
  /** Cron expression: when everything is compared again, though nothing was heard. */
  readonly schedule?: string;
  readonly backOff?: BackOff;
  /** How long `stop` waits for what is being written. */
  readonly stopWithinMs?: number;
  /** Is given every status, and closed when the controller stops. */
  readonly statusFile?: StatusFile;
  readonly onStatus?: (status: ControllerStatus) => void;
  readonly log: Log;
  readonly now?: () => Date;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random?: () => number;
}
