import { type Change, type ObjectKey, type Policy } from '../../model/index.js';
import { retirementOf } from '../kinds.js';
import { pendingChanges } from '../outlook.js';
import { takesAway } from '../changes.js';
import type { Plan } from '../plan.js';
import { isNamed, isSelected, type Consents } from '../consents.js';

/** A safety limit that a plan exceeds. */
export interface Refusal {
  readonly limit: 'update-share' | 'remove-share' | 'last-healthy-device' | 'deletion';
  readonly message: string;
  readonly hint: string;
  readonly keys: readonly ObjectKey[];
}

export interface Judgement {
  /** If it is not empty, nothing may be applied. */
  readonly refused: readonly Refusal[];
  /** Limits that were overridden by force. */
  readonly forced: readonly Refusal[];
}

/** This many changes are always allowed, because a share means little in a small lab. Removing everything never is. */
const freeUpdates = 10;
const freeRemovals = 3;

/**
 * Judges a plan before it is applied. Creations are not limited, because they remove nothing. `force` overrides every
 * limit except the consent for deletions.
 */
export function judge(
  plan: Plan,
  policy: Pick<Policy, 'maxUpdateShare' | 'maxRemoveShare'>,
  consents: Pick<Consents, 'allowDelete' | 'force'>,
): Judgement {
  const pending = pendingChanges(plan);
  const removals = pending.filter(takesAway);
  const updates = pending.filter((change) => !takesAway(change) && changesSomething(change));
  const managed = plan.population.managed + plan.counts.adopt;
  const keysOf = (changes: readonly Change[]) => changes.map(({ key }) => key);
  const removed = [...new Set([...keysOf(removals), ...lostWith(plan)])];
  const limits = [
    ...overShare('update', keysOf(updates), managed, policy.maxUpdateShare, freeUpdates),
    ...overShare('remove', removed, managed, policy.maxRemoveShare, freeOfRemovals(managed)),
    ...lastHealthy(plan),
  ];
  const deletions = withoutConsent(pending, consents);
  return consents.force === null
    ? { refused: [...limits, ...deletions], forced: [] }
    : { refused: deletions, forced: limits };
}

function freeOfRemovals(managed: number): number {
  return Math.min(freeRemovals, Math.max(1, managed - 1));
}

/** A worker's devices retire with it, whether or not the plan has entries for them. */
function lostWith({ population: { lostDevices } }: Plan): ObjectKey[] {
  return [...lostDevices.values()].flat().map((name): ObjectKey => `device/${name}`);
}

function changesSomething(change: Change): boolean {
  return (change.verb === 'update' || change.verb === 'adopt') && change.fields.length > 0;
}

function overShare(
  what: 'update' | 'remove',
  keys: readonly ObjectKey[],
  managed: number,
  share: number,
  free: number,
): Refusal[] {
  const allowed = share === 0 ? 0 : Math.max(free, Math.floor(share * managed + 1e-9));
  if (keys.length <= allowed) return [];
  const policy = what === 'update' ? 'maxUpdateShare' : 'maxRemoveShare';
  return [
    {
      limit: `${what}-share`,
      message: `${keys.length} of ${managed} managed objects would be ${what}d; ${policy} ${share} allows ${allowed}`,
      hint: `Review the plan. If the changes are intended, apply them in steps or with \`--force REASON\`.`,
      keys,
    },
  ];
}

function lastHealthy({ population: { healthyDevices, lostDevices } }: Plan): Refusal[] {
  return [...healthyDevices].flatMap(([deviceType, names]) => {
    if ((lostDevices.get(deviceType) ?? []).length < names.length) return [];
    return {
      limit: 'last-healthy-device' as const,
      message: `no healthy device of type ${deviceType} would be left (${names.join(', ')})`,
      hint: 'Apply with `--force REASON` if this is intended.',
      keys: names.map((name): ObjectKey => `device/${name}`),
    };
  });
}

function withoutConsent(
  pending: readonly Change[],
  { allowDelete }: Pick<Consents, 'allowDelete'>,
): Refusal[] {
  const keys = pending
    .filter((change) => change.verb === 'delete')
    .filter(({ object, key }) =>
      retirementOf(object.kind) === null ? !isSelected(allowDelete, key) : !isNamed(allowDelete, key),
    )
    .map((change) => change.key);
  if (keys.length === 0) return [];
  return [
    {
      limit: 'deletion',
      message: `${keys.join(', ')} would be deleted without consent for this run`,
      hint: `Allow it with \`--allow-delete ${keys[0] ?? ''}\`.`,
      keys,
    },
  ];
}
