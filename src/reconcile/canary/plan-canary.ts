import { UsageError } from '../../diagnostics/index.js';
import {
  keyOf,
  type Change,
  type ConfigurationObject,
  type DeviceHealth,
  type ObjectKey,
  type ObjectOf,
  type ObservedMaster,
} from '../../model/index.js';
import type { Plan } from '../../plan/index.js';
import { healthsOf } from '../write/maintenance.js';
import { relatedChanges, templatesIn } from '../write/related.js';

/** The device that tries a change before the others get it. */
export type CanaryRequest =
  | { readonly device: string }
  /** Any healthy device of this type. */
  | { readonly deviceType: string };

/** A plan's writes, divided. */
export interface CanaryPlan {
  readonly device: ObjectOf<'device'>;
  /** What the canary's health check can judge: its dictionary, templates, health check, type and worker. */
  readonly first: readonly Change[];
  readonly rest: readonly Change[];
  /** Devices in service that `first` affects, including the canary: parked until it is proven. */
  readonly parked: ReadonlyMap<ObjectKey, DeviceHealth>;
}

/**
 * Divides the writes of a plan for a canary.
 * @param whyUnchecked why the master starts no health check on a device now; null: it does
 * @returns null if nothing needs to be written
 * @throws UsageError when the device cannot be a canary: not in service, no health check, not affected, or in a
 * maintenance window
 */
export function planCanary(
  of: CanaryRequest,
  writes: readonly Change[],
  plan: Pick<Plan, 'master'>,
  observed: ObservedMaster,
  whyUnchecked: (device: string) => string | null = () => null,
): CanaryPlan | null {
  checkIsThere(of, observed, plan.master);
  if (writes.length === 0) return null;
  const candidates = checkable(candidatesOf(of, observed, plan.master), whyUnchecked);
  const relatedTo = relatedChanges(writes, observed);
  for (const device of candidates) {
    const keys = new Set([...relatedTo(device).changes.map(({ key }) => key), ...keysBeside(device, writes)]);
    const first = writes.filter((change) => keys.has(change.key) && canBeUndone(change));
    if (first.length === 0) continue;
    checkHealthCheck(device, first, observed);
    const isFirst = new Set(first.map(({ key }) => key));
    const shared = relatedChanges(
      first.filter(({ key }) => key !== keyOf(device)),
      observed,
    );
    const checks = new Set(
      first.flatMap(({ object }) => (object.kind === 'health-check' ? [object.name] : [])),
    );
    const parked = healthsOf(
      observed,
      (other) =>
        other.name === device.name ||
        shared(other).changes.length > 0 ||
        checks.has(healthCheckOf(other.fields.dictionary) ?? ''),
    );
    return { device, first, rest: writes.filter(({ key }) => !isFirst.has(key)), parked };
  }
  const who = candidates.map(({ name }) => name).join(', ');
  throw new UsageError(
    `no pending change of an existing object affects ${who}`,
    'Choose a device that the plan changes, or apply without a canary.',
  );
}

/** Rejects a mistyped name even if there is nothing to do now. */
function checkIsThere(of: CanaryRequest, { objects }: ObservedMaster, master: string): void {
  const isThere =
    'device' in of ? objects.has(`device/${of.device}`) : objects.has(`device-type/${of.deviceType}`);
  if (isThere) return;
  const what = 'device' in of ? `device ${of.device}` : `device type ${of.deviceType}`;
  throw new UsageError(`${what} does not exist on ${master}`);
}

function candidatesOf(of: CanaryRequest, observed: ObservedMaster, master: string): ObjectOf<'device'>[] {
  const healthy = [...observed.objects.values()]
    .filter((object) => object.kind === 'device')
    .filter(({ fields: { health } }) => health === 'Good' || health === 'Unknown')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if ('deviceType' in of) {
    const found = healthy.filter(({ fields }) => fields.deviceType === of.deviceType);
    if (found.length > 0) return found;
    throw new UsageError(`no device of type ${of.deviceType} is Good or Unknown on ${master}`);
  }
  const found = healthy.find(({ name }) => name === of.device);
  if (found !== undefined) return [found];
  throw new UsageError(
    `${of.device} cannot be the canary: only devices that are Good or Unknown run their health check`,
  );
}

function checkable(
  candidates: readonly ObjectOf<'device'>[],
  whyUnchecked: (device: string) => string | null,
): ObjectOf<'device'>[] {
  const found = candidates.filter(({ name }) => whyUnchecked(name) === null);
  const [first] = candidates;
  if (found.length > 0 || first === undefined) return found;
  throw new UsageError(
    `${first.name} cannot be the canary: ${whyUnchecked(first.name) ?? ''}`,
    'Apply after the window, or without a canary.',
  );
}

/** Objects of the canary that jobs do not read, but that control its health check. */
function keysBeside(device: ObjectOf<'device'>, writes: readonly Change[]): ObjectKey[] {
  const after = writes.find(({ key }) => key === keyOf(device))?.object;
  const next = after?.kind === 'device' ? after.fields : {};
  return [device.fields, next].flatMap(({ deviceType, dictionary }): ObjectKey[] => {
    const check = healthCheckOf(dictionary);
    return [
      ...(deviceType === undefined ? [] : [`device-type/${deviceType}` as const]),
      ...(check === null ? [] : [`health-check/${check}` as const]),
    ];
  });
}

/** A new file can be removed again; a new device type or worker does no harm. */
function canBeUndone({ verb, object }: Change): boolean {
  if (verb === 'update' || verb === 'adopt') return true;
  return verb === 'create' && object.kind !== 'device';
}

/** LAVA looks for a device's health check under the template that its dictionary extends (reference, section 6.3). */
function healthCheckOf(dictionary: string | null | undefined): string | null {
  return typeof dictionary === 'string' ? (templatesIn(dictionary).names[0] ?? null) : null;
}

function checkHealthCheck(
  device: ObjectOf<'device'>,
  first: readonly Change[],
  observed: ObservedMaster,
): void {
  const after = (key: ObjectKey): ConfigurationObject | undefined =>
    first.find((change) => change.key === key)?.object ?? observed.objects.get(key);
  const next = after(keyOf(device));
  const fields = next?.kind === 'device' ? next.fields : device.fields;
  const name = healthCheckOf(fields.dictionary);
  const check = name === null ? undefined : after(`health-check/${name}`);
  const type = after(`device-type/${fields.deviceType ?? ''}`);
  const isOff =
    type?.kind === 'device-type' &&
    (type.fields.healthChecksDisabled === true || type.fields.display === false);
  if (check?.kind === 'health-check' && check.fields.job !== null && !isOff) return;
  const why = isOff
    ? `health checks are disabled for its type ${fields.deviceType ?? ''}`
    : `it has no health check ${name ?? ''}`.trim();
  throw new UsageError(`${device.name} cannot be the canary: ${why}, so the change cannot be verified`);
}
