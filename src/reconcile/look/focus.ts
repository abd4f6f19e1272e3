import type {
  AppliedFields,
  AppliedRecord,
  DesiredMaster,
  FieldValue,
  ObjectKey,
  Policy,
} from '../../model/index.js';
import { digestFields, digestOf, silenceIn } from '../../plan/index.js';

/** With more changes than this, a full look costs little more. */
const mostInFocus = 100;

/**
 * The objects that a new revision of the lab changed, according to the record only: other differences on the master are
 * left to a full look.
 * @returns null if nothing or too much changed, or if this is unknown because nothing was recorded yet
 */
export function changedSince(
  record: AppliedRecord | null,
  desired: DesiredMaster,
  { undeclared }: Pick<Policy, 'undeclared'>,
): ReadonlySet<ObjectKey> | null {
  if (record === null) return null;
  const { objects, blocked } = desired;
  const unsupported = new Set(record.upstream?.unsupported ?? []);
  const silence = silenceIn({ desired, observed: { unsupported }, undeclared });
  const changed = new Set<ObjectKey>();
  for (const [key, object] of objects) {
    const applied = record.objects.get(key);
    const isSame =
      applied !== undefined &&
      Object.entries(digestFields(object)).every(
        ([field, digest]) => applied[field] === digest || unsupported.has(`${object.kind}.${field}`),
      ) &&
      isSilentAsBefore(silence.impliedBy(object, applied), applied);
    if (!isSame && !blocked.has(key)) changed.add(key);
    if (changed.size > mostInFocus) return null;
  }
  for (const key of record.objects.keys()) {
    const hasLeft = !objects.has(key) && !blocked.has(key) && !record.retired.has(key);
    // The effect of a template shows only in dictionaries, those of all devices.
    if (hasLeft && key.startsWith('template/')) return null;
    if (hasLeft) changed.add(key);
  }
  // Devices that keep their state must render with new templates too, which requires their dictionaries.
  const hasAny = (kind: string, keys: Iterable<ObjectKey>) => [...keys].some((key) => key.startsWith(kind));
  if (hasAny('template/', changed) && hasAny('device/', blocked.keys())) return null;
  // To find the order of writes for related files, everything that is rendered from them is tried.
  const files = [...changed].filter((key) => key.startsWith('template/') || key.startsWith('device/'));
  if (hasAny('template/', changed) && files.length > 1) return null;
  return changed.size === 0 || changed.size > mostInFocus ? null : changed;
}

/** Whether what the lab does not declare was not applied with another value before. */
function isSilentAsBefore(implied: Readonly<Record<string, FieldValue>>, applied: AppliedFields): boolean {
  return Object.entries(implied).every(([field, value]) => {
    const last = applied[field];
    return last === undefined || last === digestOf(value);
  });
}
