/** What a plan is: its settings, what was compared, and the ordered changes with their causes and effects. */
import type {
  Change,
  DriftMode,
  DriftModeRule,
  IgnoreRule,
  ObjectKey,
  Policy,
  UndeclaredPolicy,
  Verb,
} from '../model/index.js';
import type { Selection } from './consents.js';
import type { Contest } from './drift/contest.js';
import type { DriftEffect } from './drift/effect.js';
import type { RenderedDifference } from './rendered/difference.js';

/** The settings of a plan, besides the three states. */
export interface PlanSettings {
  readonly mode: DriftMode;
  /** For individual fields: the last matching rule wins. */
  readonly modes: readonly DriftModeRule[];
  readonly ignore: readonly IgnoreRule[];
  readonly prune: Policy['prune'];
  /** Absent: `unmanaged`. */
  readonly undeclared?: UndeclaredPolicy;
  readonly adopt: Selection;
  readonly allowDelete: Selection;
}

/** Digests of what was compared for one object, and of the plan's action for it; null: does not exist. */
export interface ComparedObject {
  readonly desired: string | null;
  readonly observed: string | null;
  readonly applied: string | null;
  readonly action: string | null;
}

/** What the safety limits need to know about the master besides the changes. */
export interface Population {
  /** Number of objects on the master that lavaflow manages. */
  readonly managed: number;
  /** Devices with health Good or Unknown, by device type. */
  readonly healthyDevices: ReadonlyMap<string, readonly string[]>;
  /** The healthy devices that the plan removes from service, directly or with their worker or type. */
  readonly lostDevices: ReadonlyMap<string, readonly string[]>;
}

/**
 * What an apply would do with one master, in order, and why: first what is written (`create`, `update`, `adopt`,
 * then `retire`, `delete`), then what is kept or reported.
 */
export interface Plan {
  readonly master: string;
  readonly targetUrl: string;
  readonly software: string;
  readonly release: string;
  readonly repository: string;
  readonly revision: string;
  readonly settings: PlanSettings;
  readonly population: Population;
  readonly changes: readonly Change[];
  readonly counts: Readonly<Record<Verb, number>>;
  /** Other important facts about the master, such as a release that is newer than lavaflow knows. */
  readonly remarks: readonly string[];
  /** Fingerprint of the record that was used for the comparison. */
  readonly lastApplied: string | null;
  readonly compared: ReadonlyMap<ObjectKey, ComparedObject>;
  readonly fingerprint: string;
  /** What is contested, and therefore left alone for a while. Absent: nothing is. */
  readonly contests?: readonly Contest[];
  /** The effect of the changes on the rendered device configurations, worst first. Absent: not requested. */
  readonly rendered?: readonly RenderedDifference[];
  /** The effect of drift in dictionaries and templates on what is rendered, as far as known. Absent: not requested. */
  readonly driftEffects?: ReadonlyMap<ObjectKey, DriftEffect>;
}
