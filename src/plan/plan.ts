/** What a plan is: its settings, what was compared, and the ordered changes with their causes and effects. */
import type {
  Change,
  DriftMode,
  DriftModeRule,
  IgnoreRule,
  ObjectKey,
  Policy,
  Verb,
} from '../model/index.js';
import type { Selection } from './consents.js';
import type { Contest } from './drift/contest.js';
import type { DriftEffect } from './drift/effect.js';
import type { RenderedDifference } from './rendered/difference.js';

/** What a plan was made under, besides the three states. */
export interface PlanSettings {
  readonly mode: DriftMode;
  /** For single fields: the last one that fits decides. */
  readonly modes: readonly DriftModeRule[];
  readonly ignore: readonly IgnoreRule[];
  readonly prune: Policy['prune'];
  readonly adopt: Selection;
  readonly allowDelete: Selection;
}

/** Digests of what was compared for one object, and of what the plan does with it; null: not there. */
export interface ComparedObject {
  readonly desired: string | null;
  readonly observed: string | null;
  readonly applied: string | null;
  readonly action: string | null;
}

/** What the safety limits need to know about the master besides the changes. */
export interface Population {
  /** Number of objects on the master that are lavaflow's. */
  readonly managed: number;
  /** Devices with health Good or Unknown, by device type. */
  readonly healthyDevices: ReadonlyMap<string, readonly string[]>;
  /** Those of them that the plan takes out of service, themselves or with their worker or type. */
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
  /** What else should be known of the master, e.g. that its release is newer than lavaflow knows. */
  readonly remarks: readonly string[];
  /** Fingerprint of the record that was compared with. */
  readonly lastApplied: string | null;
  readonly compared: ReadonlyMap<ObjectKey, ComparedObject>;
  readonly fingerprint: string;
  /** What is contested, and so left alone for a while. Absent: nothing is. */
  readonly contests?: readonly Contest[];
  /** What the changes make of the rendered device configurations, worst first. Absent: nobody asked. */
  readonly rendered?: readonly RenderedDifference[];
  /** What drift of dictionaries and templates does to what is rendered, as far as known. Absent: nobody asked. */
  readonly driftEffects?: ReadonlyMap<ObjectKey, DriftEffect>;
}
