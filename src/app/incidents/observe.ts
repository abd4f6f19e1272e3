import type { ControllerStatus } from '../../controller/index.js';
import {
  affected,
  keyOfCondition,
  type Affected,
  type Condition,
  type IncidentKind,
  type Observation,
} from '../../report/index.js';
import type { LabOutline } from './outline.js';

type MasterSight = NonNullable<MasterStatus['sight']>;
type MasterStatus = ControllerStatus['masters'][string];

/**
 * What the controller's status means for the lab and its masters. What is known is the result of the last run: while a run is in
 * progress, and before the first one has ended, nothing is known about a master.
 * @param outline of the last lab that could be used; null: none was read yet
 */
export function observe(status: ControllerStatus, outline: LabOutline | null): Observation {
  const seen = new Seen(outline);
  observeLab(status, seen);
  for (const [name, master] of Object.entries(status.masters)) observeMaster(name, master, seen);
  observeTrust(status, seen);
  const names = [...(outline?.masters.keys() ?? [])];
  const isDown = (name: string): boolean => seen.isShown(keyOfCondition('master-unreachable', name));
  return {
    conditions: seen.conditions,
    absent: seen.absent,
    // A master whose file has errors is not in the lab that was read, and yet it has not left it.
    masters: outline !== null && status.state === 'ok' ? new Set(names) : null,
    isEverythingDown: names.length > 1 && names.every(isDown),
  };
}

class Seen {
  readonly conditions: Condition[] = [];
  readonly absent = new Set<string>();
  readonly #outline: LabOutline | null;

  constructor(outline: LabOutline | null) {
    this.#outline = outline;
  }

  isShown(key: string): boolean {
    return this.conditions.some((one) => one.key === key);
  }

  /** @param cause null: it is not there */
  note(
    kind: IncidentKind,
    subject: string,
    cause: string | null,
    more: { readonly since?: string | undefined; readonly affected?: Affected } = {},
  ): void {
    const key = keyOfCondition(kind, subject);
    if (cause === null) {
      this.absent.add(key);
      return;
    }
    const [master = '', worker] = subject.split('/');
    const outline = this.#outline?.masters.get(master);
    const about = worker === undefined ? outline : outline?.workers.get(worker);
    this.conditions.push({
      ...{ key, kind, subject, cause, severity: severities[kind] },
      since: more.since ?? null,
      affected: more.affected ?? about?.devices ?? affected('device', []),
      places: about?.places ?? [],
      contacts: about?.contacts ?? outline?.contacts ?? this.#outline?.contacts ?? [],
    });
  }

  get masters(): readonly string[] {
    return [...(this.#outline?.masters.keys() ?? [])];
  }
}

const severities: Readonly<Record<IncidentKind, Condition['severity']>> = {
  'lab-unreadable': 'high',
  'lab-unusable': 'high',
  'revision-untrusted': 'high',
  'master-unreachable': 'high',
  'access-denied': 'high',
  'worker-offline': 'high',
  'not-reconciled': 'medium',
  refused: 'medium',
  incomplete: 'medium',
  upstream: 'medium',
  drift: 'medium',
};

function observeLab({ state, error, findings }: ControllerStatus, seen: Seen): void {
  if (state === 'reading') return;
  const masters = affected('master', seen.masters);
  const isUnreadable = state === 'unreadable';
  const unreadable = isUnreadable ? (error?.message ?? 'the reason is not known') : null;
  seen.note('lab-unreadable', '', unreadable, { affected: masters });
  if (isUnreadable) return;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const place = first === undefined ? '' : `${first.place.file}: ${first.message}`;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more errors)` : '';
  seen.note('lab-unusable', '', state === 'unusable' ? `${place}${more}` : null, { affected: masters });
}

/** One revision has one signature, however many masters refuse it. */
function observeTrust({ masters }: ControllerStatus, seen: Seen): void {
  const all = Object.entries(masters).filter(([, { state }]) => state !== 'off');
  const known = all.filter(
    ([, { state, error, sight }]) => isKnown(state) && error === null && sight != null,
  );
  const refusing = known.filter(([, { sight }]) => sight?.untrusted != null);
  const [first, ...more] = new Set(refusing.map(([, { sight }]) => sight?.untrusted ?? ''));
  // A master about which nothing is known may still refuse it.
  if (first === undefined && (known.length === 0 || known.length < all.length)) return;
  const cause = first === undefined ? null : withMore(first, 1 + more.length);
  seen.note('revision-untrusted', '', cause, {
    affected: affected(
      'master',
      refusing.map(([name]) => name),
    ),
  });
}

/** Suspended masters are not asked. */
function isKnown(state: MasterStatus['state']): boolean {
  return state !== 'reconciling' && state !== 'suspended';
}

function observeMaster(name: string, master: MasterStatus, seen: Seen): void {
  const { state, error } = master;
  if (state === 'off' || state === 'reconciling') return;
  if (error !== null) {
    observeFailure(name, error, seen);
    return;
  }
  const { sight, driftSince } = master;
  if (sight == null) return;
  for (const kind of ['master-unreachable', 'access-denied', 'not-reconciled'] as const)
    seen.note(kind, name, null);
  // What would happen without the suspension is not known.
  if (state !== 'suspended') observeOutcome(name, master, sight, seen);
  observeSight(name, sight, driftSince, seen);
}

function observeOutcome(
  name: string,
  { state, problems }: MasterStatus,
  sight: MasterSight,
  seen: Seen,
): void {
  const [problem = null] = problems;
  const reason = problem === null ? null : withMore(problem, problems.length);
  const isLimit = state === 'refused' && sight.untrusted == null;
  seen.note('refused', name, isLimit ? (reason ?? 'the reason is not known') : null, {
    affected: affected('object', []),
  });
  if (state !== 'refused') {
    const objects = affected('object', sight.unseen);
    seen.note('incomplete', name, state === 'failed' ? (reason ?? 'the reason is not known') : null, {
      affected: { ...objects, count: Math.max(objects.count, problems.length) },
    });
  }
}

function observeFailure(name: string, error: NonNullable<MasterStatus['error']>, seen: Seen): void {
  if (error.about === 'connection') {
    seen.note('master-unreachable', name, error.message);
    return;
  }
  if (error.about === 'access') {
    seen.note('access-denied', name, error.message);
    // It responded.
    seen.note('master-unreachable', name, null);
    return;
  }
  seen.note('not-reconciled', name, error.message);
}

function observeSight(
  name: string,
  sight: NonNullable<MasterStatus['sight']>,
  driftSince: MasterStatus['driftSince'],
  seen: Seen,
): void {
  const { drift, upstream, upstreamRemarks, unseen, offlineWorkers } = sight;
  const [remark = null] = upstreamRemarks;
  const isUpstream = remark !== null || upstream.length > 0;
  const what = remark?.replace(/^upstream: /, '') ?? 'LAVA or a source of templates changed';
  seen.note('upstream', name, isUpstream ? withMore(what, upstreamRemarks.length) : null, {
    affected: affected('object', upstream),
  });
  // What drifted and cannot be read now may still drift.
  if (drift.length > 0 || unseen.length === 0) {
    const [since] = drift.flatMap((key) => driftSince[key] ?? []).sort();
    seen.note('drift', name, drift.length > 0 ? 'a change that was not made by lavaflow' : null, {
      affected: affected('object', drift),
      since,
    });
  }
  if (offlineWorkers === null) return;
  for (const worker of offlineWorkers)
    seen.note('worker-offline', `${name}/${worker}`, `${name} has lost its connection to the dispatcher`);
  seen.absent.add(keyOfCondition('worker-offline', name));
}

function withMore(text: string, count: number): string {
  return count > 1 ? `${text} (and ${count - 1} more)` : text;
}
