import type { Contact } from '../../model/index.js';
import {
  affected,
  incidentSeverities,
  mostNames,
  type Affected,
  type Condition,
  type IncidentKind,
  type IncidentSeverity,
} from './condition.js';

/** A condition of an incident, and whether it has ended. */
export interface Member {
  readonly condition: Condition;
  readonly isOver: boolean;
}

/** Plain JSON: stored between runs of the controller. */
export interface Incident {
  /** The smallest key of its conditions when it was opened. */
  readonly key: string;
  readonly kind: IncidentKind;
  readonly state: 'pending' | 'open' | 'recovering';
  /** When it started; ISO 8601, UTC. */
  readonly since: string;
  /** When it got into this state. */
  readonly at: string;
  /** Sorted by key. */
  readonly members: readonly Member[];
  /** How often it has come back within a day. */
  readonly returns: number;
  /** What the last message reported; null: none was sent. */
  readonly announced: {
    readonly count: number;
    readonly members: number;
    readonly severity: IncidentSeverity;
  } | null;
}

/** An incident for people. */
export interface IncidentView {
  readonly key: string;
  readonly kind: IncidentKind;
  /** `pending`: seen, but not long enough for a message. `recovering`: not seen any more, but not for long enough. */
  readonly state: Incident['state'];
  readonly since: string;
  readonly severity: IncidentSeverity;
  readonly title: string;
  /** Likely causes; one sentence each. */
  readonly causes: readonly string[];
  readonly affected: Affected;
  /** What to do; one sentence each. */
  readonly actions: readonly string[];
  readonly contacts: readonly Contact[];
  readonly returns: number;
}

const mostCauses = 5;

/** @param isWhole also describes what is over: for a message about the end */
export function viewIncident(incident: Incident, isWhole = false): IncidentView {
  const members = isWhole ? incident.members : present(incident);
  const conditions = members.map(({ condition }) => condition);
  const causes = [...new Set(conditions.map(({ cause }) => cause))];
  const more = causes.length - mostCauses;
  return {
    key: incident.key,
    kind: incident.kind,
    state: incident.state,
    since: incident.since,
    severity: severityOf(members),
    title: titleOf(incident.kind, conditions),
    causes: more > 0 ? [...causes.slice(0, mostCauses), `${more} more causes`] : causes,
    affected: affectedBy(conditions),
    actions: actionsFor(incident.kind, conditions),
    contacts: contactsOf(conditions),
    returns: incident.returns,
  };
}

/** The members that are not over; all, if all are. */
export function present({ members }: Pick<Incident, 'members'>): readonly Member[] {
  const now = members.filter(({ isOver }) => !isOver);
  return now.length === 0 ? members : now;
}

export function severityOf(members: readonly Member[]): IncidentSeverity {
  const ranks = members.map(({ condition }) => incidentSeverities.indexOf(condition.severity));
  return incidentSeverities[Math.max(0, ...ranks)] ?? 'low';
}

export function countOf(members: readonly Member[]): number {
  return members.reduce((sum, { condition }) => sum + condition.affected.count, 0);
}

function affectedBy(conditions: readonly Condition[]): Affected {
  const names = affected(
    '',
    conditions.flatMap((one) => one.affected.names),
  ).names;
  const count = conditions.reduce((sum, one) => sum + one.affected.count, 0);
  return { noun: conditions[0]?.affected.noun ?? 'object', count, names: names.slice(0, mostNames) };
}

function contactsOf(conditions: readonly Condition[]): Contact[] {
  const seen = new Map<string, Contact>();
  for (const contact of conditions.flatMap(({ contacts }) => contacts)) {
    seen.set(JSON.stringify([contact.name, contact.email, contact.chat]), contact);
  }
  return [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, contact]) => contact);
}

function titleOf(kind: IncidentKind, conditions: readonly Condition[]): string {
  const subjects = conditions.map(({ subject }) => subject);
  const one = subjects[0] ?? '';
  const [master = '', worker = ''] = one.split('/');
  const many = subjects.length > 1;
  switch (kind) {
    case 'lab-unreadable':
      return 'the lab repo cannot be read';
    case 'lab-unusable':
      return 'the lab has errors that leave nothing to reconcile';
    case 'revision-untrusted':
      return 'the signature of the revision is not accepted';
    case 'master-unreachable':
      return many ? `${subjects.length} masters cannot be reached` : `master ${one} cannot be reached`;
    case 'access-denied':
      return `master ${one} denies access`;
    case 'worker-offline':
      return many
        ? `${subjects.length} workers are offline`
        : `worker ${worker} is offline on master ${master}`;
    case 'not-reconciled':
      return `master ${one} is not reconciled`;
    case 'refused':
      return `a safety limit refused the plan for master ${one}`;
    case 'incomplete':
      return `master ${one} is not completely reconciled`;
    case 'upstream':
      return `LAVA or a source of templates changed on master ${one}`;
    case 'drift':
      return `somebody changed master ${one}`;
  }
}

function actionsFor(kind: IncidentKind, conditions: readonly Condition[]): string[] {
  const [master = '', worker = ''] = (conditions[0]?.subject ?? '').split('/');
  const many = conditions.length > 1;
  switch (kind) {
    case 'lab-unreadable':
      return [
        'Check that the repository exists and that the controller may read it.',
        'Masters keep their state.',
      ];
    case 'lab-unusable':
      return ['Run `lavaflow validate`, and fix the errors.', 'Masters keep their state.'];
    case 'revision-untrusted':
      return [
        'Find out who pushed it. Let an allowed signer sign it, or a commit on top of it.',
        'Masters keep their state.',
      ];
    case 'master-unreachable':
      return many
        ? ['Check the network between the controller and these masters, then the masters.']
        : ['Check that the master runs, and the network between the controller and the master.'];
    case 'access-denied':
      return [
        'Replace the token, or give its user the missing permission.',
        'Nothing is written until then.',
      ];
    case 'worker-offline':
      return many
        ? ['Check the network between these workers and their master, then the workers.']
        : [`Check that ${worker} is switched on, that its dispatcher runs, and its network.`];
    case 'not-reconciled':
      return ['Read the log of the controller.', 'The controller tries again where that can help.'];
    case 'refused':
      return [
        `Review the plan: \`lavaflow plan --master ${master}\`.`,
        'Run `lavaflow apply --force REASON` if it is intended.',
      ];
    case 'incomplete':
      return [`Read the problems: \`lavaflow plan --master ${master}\`.`];
    case 'upstream':
      return [`Review what changed: \`lavaflow plan --master ${master}\`.`];
    case 'drift':
      return [
        `Show it: \`lavaflow drift --master ${master}\`.`,
        'Accept it with `lavaflow drift --write-back`, or restore it with `lavaflow apply` where the mode is enforce.',
      ];
  }
}
