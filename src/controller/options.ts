import type { Finding, Log } from '../diagnostics/index.js';
import type { LabSnapshot } from '../lab/index.js';
import type { DesiredMaster, Lab, Master, ObjectKey, Suspension, Verb } from '../model/index.js';
import type { MasterTarget, PlanRequest } from '../reconcile/index.js';
import type { BackOff } from './back-off.js';
import type { LabSource, StatusFile } from './ports.js';
import type { ControllerStatus, MasterSight } from './status.js';

/** A lab as it was read; `lab` is null if the findings leave nothing usable. */
export interface ReadLab {
  /** The revision of the snapshot, with `+local` appended if a local layer was used. */
  readonly revision: string;
  readonly lab: Lab | null;
  readonly findings: readonly Finding[];
  /** Templates of the lab's deviceTypeSources, by file name. */
  readonly templates?: PlanRequest['templates'];
}

/** One run for one master. */
export interface MasterRequest {
  readonly target: MasterTarget;
  readonly desired: DesiredMaster;
  readonly lab: Lab;
  readonly repository: string;
  readonly revision: string;
  /** The templates with which the lab was read. */
  readonly templates?: PlanRequest['templates'];
  /** After it fires, the current write is finished and recorded, and nothing new is started. */
  readonly signal: AbortSignal;
  /** Called when the changes of this revision are on the master; if set, they are made first. */
  readonly onChangesDone?: () => void;
  /** Called as soon as it is known whether the master is suspended, before it is reached. */
  readonly onSuspension?: (suspension: Suspension | null) => void;
  /** Called with a remark about the signature of the revision, which is accepted. */
  readonly onAccepted?: (remark: string) => void;
  /** Called once after a suspension has ended, with the one that ended. */
  readonly onSuspensionEnd?: (suspension: Suspension) => void;
}

export interface MasterResult {
  /**
   * `refused`: a safety limit or the signature of the revision prevented all writes. `suspended`: a person did. `failed`: some changes could not be made.
   */
  readonly outcome: 'done' | 'refused' | 'suspended' | 'failed';
  readonly counts: Readonly<Record<Verb, number>>;
  /** Objects that somebody changed on the master itself. */
  readonly drift: readonly ObjectKey[];
  /** For each of them, when the difference was first seen; ISO 8601, UTC. */
  readonly driftSince?: Readonly<Record<string, string>>;
  /** Values that somebody keeps changing back and that are therefore left alone for a while; one sentence each. */
  readonly contested?: readonly string[];
  /** What maintenance windows do not allow now; one sentence each. */
  readonly waiting?: readonly string[];
  /** Absent: not known. */
  readonly sight?: MasterSight;
  /** Whether a person should be alerted: some of the drift is not only observed. Default: depends on the mode of the master. */
  readonly isDriftAlarming?: boolean;
  /** What could not or must not be done; one sentence each. */
  readonly problems: readonly string[];
}

export interface ControllerOptions {
  readonly source: LabSource;
  /**
   * Creates the desired state from a snapshot and the local layer.
   * @throws ExternalError
   */
  readonly read: (snapshot: LabSnapshot) => Promise<ReadLab>;
  /**
   * The access to a master, with current credentials; null while its address or token is not set.
   * @throws ExternalError
   */
  readonly connect: (master: Master) => Promise<MasterTarget | null>;
  /**
   * Observes, plans, applies and records.
   * @throws ExternalError
   */
  readonly reconcile: (request: MasterRequest) => Promise<MasterResult>;
  /** Calls back when the local layer changes. @returns a function that stops watching */
  readonly onLayerChange?: (listener: () => void) => () => void;
  /** Cron expression: when everything is compared again, even without an event. */
  readonly schedule?: string;
  /** The time zone of the schedule, an IANA name; default: that of this machine. */
  readonly scheduleTimeZone?: string | undefined;
  readonly backOff?: BackOff;
  /** How long `stop` waits for running writes, in milliseconds. */
  readonly stopWithinMs?: number;
  /** Receives every status, and is closed when the controller stops. */
  readonly statusFile?: StatusFile;
  readonly onStatus?: (status: ControllerStatus) => void;
  readonly log: Log;
  readonly now?: () => Date;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random?: () => number;
}
