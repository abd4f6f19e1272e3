import type { Change, ObjectKey, ObservedMaster, Verb, WriteTime } from '../../model/index.js';
import { printable } from '../../diagnostics/index.js';
import { needsOf } from '../kinds.js';
import { createReferenceReader } from '../../templates/index.js';
import type { TemplateTexts } from '../rendered/world.js';
import { chooseOrder, type WriteOrder } from './choose-order.js';
import { findClusters } from './clusters.js';
import { depthsOf } from './depth.js';

export interface Ordered {
  readonly changes: readonly Change[];
  readonly remarks: readonly string[];
}

/** The position of a change that belongs to a cluster. */
interface Stand extends WriteOrder {
  /**
   * Set if no order protects jobs from mixtures. The cluster's writes are then placed next to each other, after the
   * others.
   */
  readonly block: number | null;
}

/** Time limit for trying all orders. Only templates that are written to be slow reach it. */
const mostTimeMs = 2_000;

/**
 * Determines the order of an apply. What others need is created first and removed last: groups, new device types, templates
 * (bases first), device types, health checks, workers, devices; the reverse for removals. A template is therefore
 * written and deleted while its device type exists, as LAVA requires since 2023.08. Within each step, objects are
 * sorted by name. Entries that write nothing follow at the end.
 *
 * If a device depends on two or more of the writes, they are ordered so that a job that starts in between gets either
 * the old or the new configuration. If no order achieves that, the writes are placed next to each other and a note
 * reports it. The embedded master accepts all writes in one transaction.
 * @param when for values other than `any`, jobs are kept away, so no note is needed
 */
export function orderChanges(
  changes: readonly Change[],
  observed: ObservedMaster,
  below: TemplateTexts,
  when: WriteTime,
): Ordered {
  const read = createReferenceReader();
  const depths = depthsOf(changes, read);
  const stands = new Map<ObjectKey, Stand>();
  const mixed: string[] = [];
  const clusters = observed.software === 'lavaflow' ? [] : findClusters(changes, observed, below, read);
  const made = new Set(changes.filter(({ verb }) => verb === 'create').map(({ key }) => key));
  const end = performance.now() + mostTimeMs;
  const isLate = () => performance.now() > end;
  for (const [index, cluster] of clusters.entries()) {
    if (isLate()) break;
    const mayLead = cluster.dictionaries.every(({ object }) =>
      needsOf(object).every(({ field, key }) => field !== 'worker' || !made.has(key)),
    );
    const choice = chooseOrder(cluster, { depths, mayLead, observed, below, isLate });
    mixed.push(...choice.mixed);
    const { dictionariesFirst, childrenFirst } = choice;
    const block = choice.mixed.length === 0 ? null : index;
    for (const { key } of [...cluster.templates, ...cluster.dictionaries])
      stands.set(key, { dictionariesFirst, childrenFirst, block });
  }
  const placed = changes.map((change) => [placeOf(change, stands.get(change.key), depths), change] as const);
  placed.sort(([a], [b]) => comparePlaces(a, b));
  return { changes: placed.map(([, change]) => change), remarks: when === 'any' ? remarkOn(mixed) : [] };
}

function remarkOn(mixed: readonly string[]): string[] {
  const [first, ...others] = mixed.map(printable);
  if (first === undefined) return [];
  const who = others.length === 0 ? first : `${first} and ${others.length} more`;
  return [
    `a job that starts on ${who} during the apply may get a mixture of the old and the new configuration; ` +
      'the policy `changes: maintenance` keeps jobs away meanwhile',
  ];
}

/** Compared from left to right. */
type Place = readonly (number | string)[];

function comparePlaces(a: Place, b: Place): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}

const kindRanks = {
  group: -1,
  template: 2,
  'device-type': 3,
  'health-check': 4,
  worker: 5,
  device: 6,
} as const;
/** The reverse, except for templates: their types are removed after them. */
const leavingRanks = {
  device: 0,
  worker: 1,
  'health-check': 2,
  template: 3,
  'device-type': 4,
  group: 5,
} as const;
const newTypes = 0;
const leadingDictionaries = 1;
const blocks = 7;

function placeOf(
  { object, verb, hold, fields }: Change,
  stand: Stand | undefined,
  depths: ReadonlyMap<string, number>,
): Place {
  const phase = phaseOf(verb);
  const own = object.kind === 'template' ? (depths.get(object.name) ?? 0) : 0;
  const depth = phase === 1 || stand?.childrenFirst === true ? -own : own;
  const end: Place = [depth, object.name, verb, hold ?? '', fields[0]?.field ?? ''];
  if (phase === 1) return [phase, leavingRanks[object.kind], 0, ...end];
  if (phase === 0 && stand !== undefined && stand.block !== null) {
    const isEarly = (object.kind === 'device') === stand.dictionariesFirst;
    return [phase, blocks + stand.block, isEarly ? 0 : 1, ...end];
  }
  if (phase === 0 && object.kind === 'device-type' && verb === 'create') return [phase, newTypes, 0, ...end];
  const leads = phase === 0 && object.kind === 'device' && stand?.dictionariesFirst === true;
  return [phase, leads ? leadingDictionaries : kindRanks[object.kind], 0, ...end];
}

function phaseOf(verb: Verb): number {
  switch (verb) {
    case 'create':
    case 'update':
    case 'adopt':
      return 0;
    case 'retire':
    case 'delete':
      return 1;
    case 'keep':
    case 'report':
      return 2;
  }
}
