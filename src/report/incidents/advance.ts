/**
 * The states of an incident:
 *
 *   pending      one condition was seen, but not for long enough. No message was sent.
 *   open         it was confirmed, and announced.
 *   recovering   none of its conditions is seen any more, but not for long enough.
 *
 *   (none) -> pending        a condition is seen that belongs to no incident
 *   pending -> (none)        it is not seen any more: a disturbance that was too short for a message
 *   pending -> open          it lasted `confirmMs`: message `opened`. Pending conditions of the same kind that share a place
 *                            become part of the same incident, whether or not they lasted as long; so do all masters if none
 *                            responds. If an incident that is open shares a place, they join it instead.
 *   open -> open             message `updated`, if at least twice as much is affected as the last message reported, or it is
 *                            more severe
 *   open -> recovering       all conditions were looked for and are not there
 *   recovering -> open       one of them is seen again: no message
 *   recovering -> (none)     `recoverMs` passed, doubled for each return within a day: message `recovered`
 *
 * What an observation does not mention is unknown, and changes nothing. The keys depend on what is wrong, never on the time,
 * the run, or the order of an observation.
 */
import {
  incidentKinds,
  incidentSeverities,
  masterOfKey,
  type Condition,
  type IncidentKind,
  type Observation,
} from './condition.js';
import {
  countOf,
  present,
  severityOf,
  viewIncident,
  type Incident,
  type IncidentView,
  type Member,
} from './incident.js';

/** Plain JSON: stored between runs of the controller. */
export interface IncidentState {
  readonly incidents: readonly Incident[];
  /** Conditions that ended within the last day, and how often. */
  readonly past: Readonly<Record<string, { readonly at: string; readonly times: number }>>;
}

export const noIncidents: IncidentState = { incidents: [], past: {} };

export interface IncidentTimes {
  /** How long a disturbance that may end by itself lasts before it is announced. */
  readonly confirmMs: number;
  /** How long nothing is seen of an incident before it is over. */
  readonly recoverMs: number;
}

export interface IncidentMessage {
  readonly phase: 'opened' | 'updated' | 'recovered';
  readonly incident: IncidentView;
  /** Of the message; ISO 8601, UTC. */
  readonly at: string;
}

export interface Advance {
  readonly state: IncidentState;
  /** Sorted by kind and key. */
  readonly messages: readonly IncidentMessage[];
  /** When time alone changes the state next; null: never. */
  readonly wakeAt: number | null;
}

/** These may end by themselves. Everything else stays until a person acts, or is over at once. */
const transient: ReadonlySet<IncidentKind> = new Set([
  'lab-unreadable',
  'master-unreachable',
  'worker-offline',
  'not-reconciled',
  'incomplete',
  'access-denied',
]);
/** These have a common cause if they share a place. */
const shared: ReadonlySet<IncidentKind> = new Set(['master-unreachable', 'worker-offline']);

const dayMs = 24 * 60 * 60_000;
/** After so many short disturbances in a day, the next one is announced at once: it does not end by itself. */
const mostUnconfirmed = 5;
const mostDoublings = 6;

export function advance(
  before: IncidentState,
  observation: Observation,
  nowMs: number,
  times: IncidentTimes,
): Advance {
  const step = new Step(before, observation, nowMs, times);
  return step.run();
}

class Step {
  readonly #before: IncidentState;
  readonly #observation: Observation;
  readonly #nowMs: number;
  readonly #now: string;
  readonly #times: IncidentTimes;
  readonly #past: Map<string, { readonly at: string; readonly times: number }>;
  readonly #messages: IncidentMessage[] = [];

  constructor(before: IncidentState, observation: Observation, nowMs: number, times: IncidentTimes) {
    this.#before = before;
    this.#observation = observation;
    this.#nowMs = nowMs;
    this.#now = new Date(nowMs).toISOString();
    this.#times = times;
    this.#past = new Map(Object.entries(before.past).filter(([, { at }]) => nowMs - Date.parse(at) < dayMs));
  }

  run(): Advance {
    const seen = this.#looked(this.#before.incidents);
    const known = new Set(seen.flatMap(({ members }) => members.map(({ condition }) => condition.key)));
    const fresh = this.#observation.conditions
      .filter(({ key }) => !known.has(key))
      .map((one) => this.#pending(one));
    const kept = [...seen, ...fresh].flatMap((incident) => this.#settled(incident));
    const opened = this.#opened(kept).map((incident) => this.#updated(incident));
    const incidents = opened.sort(byKind);
    return {
      state: { incidents, past: Object.fromEntries([...this.#past].sort(([a], [b]) => (a < b ? -1 : 1))) },
      messages: this.#messages.sort((a, b) => byKind(a.incident, b.incident)),
      wakeAt: this.#wakeAt(incidents),
    };
  }

  /** The incidents with what the observation shows of their conditions. */
  #looked(incidents: readonly Incident[]): Incident[] {
    const shown = new Map(this.#observation.conditions.map((one) => [one.key, one]));
    return incidents.map((incident) => ({
      ...incident,
      // A clock that was set back must not prolong anything.
      at: Date.parse(incident.at) > this.#nowMs ? this.#now : incident.at,
      members: incident.members.map(({ condition, isOver }) => {
        const now = shown.get(condition.key);
        if (now !== undefined) return { condition: now, isOver: false };
        return { condition, isOver: isOver || this.#isAbsent(condition.key) };
      }),
    }));
  }

  #isAbsent(key: string): boolean {
    const { absent, masters } = this.#observation;
    const master = masterOfKey(key);
    const list = key.split('/').slice(0, 2).join('/');
    return (
      absent.has(key) || absent.has(list) || (master !== null && masters !== null && !masters.has(master))
    );
  }

  #pending(condition: Condition): Incident {
    return {
      key: condition.key,
      kind: condition.kind,
      state: 'pending',
      since: condition.since ?? this.#now,
      at: this.#now,
      members: [{ condition, isOver: false }],
      returns: this.#past.get(condition.key)?.times ?? 0,
      announced: null,
    };
  }

  /** The incident after what has ended; none if it has ended itself. */
  #settled(incident: Incident): Incident[] {
    const isOver = incident.members.every((member) => member.isOver);
    if (incident.state === 'pending') {
      if (isOver) this.#remember(incident);
      return isOver ? [] : [incident];
    }
    if (!isOver) {
      const isBack = incident.state === 'recovering';
      return [
        isBack ? { ...incident, state: 'open', at: this.#now, returns: incident.returns + 1 } : incident,
      ];
    }
    if (incident.state === 'open') return [{ ...incident, state: 'recovering', at: this.#now }];
    if (this.#nowMs < this.#recoveredAt(incident)) return [incident];
    this.#remember(incident);
    this.#say('recovered', viewIncident(incident, true));
    return [];
  }

  #remember({ key, members, returns }: Incident): void {
    for (const one of new Set([key, ...members.map(({ condition }) => condition.key)])) {
      this.#past.set(one, { at: this.#now, times: returns + 1 });
    }
  }

  /** Opens what has lasted long enough, together with what has the same cause. */
  #opened(incidents: readonly Incident[]): Incident[] {
    const pending = incidents.filter(({ state }) => state === 'pending').sort(byKind);
    let open = incidents.filter(({ state }) => state !== 'pending');
    const hosts = new Set(open.filter(({ state }) => state === 'open').map(({ key }) => key));
    const left = new Set(pending);
    for (const one of pending) {
      if (!left.has(one) || this.#nowMs < this.#confirmedAt(one)) continue;
      const group = this.#sameCause(one, [...left]);
      for (const each of group) left.delete(each);
      const members = mergeMembers(group);
      const [host] = open
        .filter((other) => hosts.has(other.key) && this.#haveSameCause(other, { ...one, members }))
        .sort(byKind);
      if (host === undefined) open.push(this.#open(group, members));
      else open = open.map((other) => (other === host ? this.#joined(host, group) : other));
    }
    return [...open, ...left];
  }

  /** All that are linked with it, directly or through others. */
  #sameCause(one: Incident, others: readonly Incident[]): Incident[] {
    const group = new Set([one]);
    // A set can grow while it is iterated.
    for (const each of group) {
      for (const other of others) if (this.#haveSameCause(each, other)) group.add(other);
    }
    return [...group].sort(byKind);
  }

  #haveSameCause(a: Incident, b: Incident): boolean {
    if (a.kind !== b.kind || !shared.has(a.kind)) return false;
    if (a.kind === 'master-unreachable' && this.#observation.isEverythingDown) return true;
    const places = new Set(a.members.flatMap(({ condition }) => condition.places));
    return b.members.some(({ condition }) => condition.places.some((place) => places.has(place)));
  }

  #open(group: readonly Incident[], members: readonly Member[]): Incident {
    const [first] = group;
    const incident: Incident = {
      key: first?.key ?? '',
      kind: first?.kind ?? 'incomplete',
      state: 'open',
      since: earliest(group),
      at: this.#now,
      members,
      returns: Math.max(...group.map(({ returns }) => returns)),
      announced: announcementOf(members),
    };
    this.#say('opened', viewIncident(incident));
    return incident;
  }

  #joined(host: Incident, group: readonly Incident[]): Incident {
    return {
      ...host,
      since: earliest([host, ...group]),
      members: mergeMembers([host, ...group]),
    };
  }

  #updated(incident: Incident): Incident {
    const { announced, state } = incident;
    if (announced === null || state !== 'open') return incident;
    const now = announcementOf(present(incident));
    const isMore = now.count >= 2 * announced.count && now.count > announced.count;
    const isWider = now.members >= 2 * announced.members;
    const isWorse = incidentSeverities.indexOf(now.severity) > incidentSeverities.indexOf(announced.severity);
    if (!isMore && !isWider && !isWorse) return incident;
    this.#say('updated', viewIncident(incident));
    return {
      ...incident,
      announced: {
        count: Math.max(now.count, announced.count),
        members: Math.max(now.members, announced.members),
        severity: isWorse ? now.severity : announced.severity,
      },
    };
  }

  #say(phase: IncidentMessage['phase'], incident: IncidentView): void {
    this.#messages.push({ phase, incident, at: this.#now });
  }

  #confirmedAt({ kind, at, returns }: Incident): number {
    const isAtOnce = !transient.has(kind) || returns >= mostUnconfirmed;
    return Date.parse(at) + (isAtOnce ? 0 : this.#times.confirmMs);
  }

  #recoveredAt({ at, returns }: Incident): number {
    return Date.parse(at) + this.#times.recoverMs * 2 ** Math.min(returns, mostDoublings);
  }

  #wakeAt(incidents: readonly Incident[]): number | null {
    const due = incidents.flatMap((incident) => {
      if (incident.state === 'pending') return [this.#confirmedAt(incident)];
      return incident.state === 'recovering' ? [this.#recoveredAt(incident)] : [];
    });
    return due.length === 0 ? null : Math.min(...due);
  }
}

function announcementOf(members: readonly Member[]): NonNullable<Incident['announced']> {
  return { count: countOf(members), members: members.length, severity: severityOf(members) };
}

function mergeMembers(incidents: readonly Incident[]): Member[] {
  const members = new Map(incidents.flatMap((one) => one.members.map((each) => [each.condition.key, each])));
  return [...members].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member);
}

function earliest(incidents: readonly Incident[]): string {
  return incidents.map(({ since }) => since).sort()[0] ?? '';
}

function byKind(a: Pick<Incident, 'kind' | 'key'>, b: Pick<Incident, 'kind' | 'key'>): number {
  const kinds = incidentKinds.indexOf(a.kind) - incidentKinds.indexOf(b.kind);
  return kinds !== 0 ? kinds : a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
