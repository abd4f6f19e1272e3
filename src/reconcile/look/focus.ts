import type { AppliedRecord, DesiredMaster, ObjectKey } from '../../model/index.js';
import { digestFields } from '../../plan/index.js';

/** With more changes than this a full look costs little more. */
const mostInFocus = 100;

/**
 * The objects that a new revision of the lab changed, judged by the record alone: what else differs on the master is
 * left for a full look.
 * @returns null when that is nothing or too much, or when nobody knows because nothing was recorded yet
 */
export function changedSince(
  record: AppliedRecord | null,
  { objects, blocked }: DesiredMaster,
): ReadonlySet<ObjectKey> | null {
  if (record === null) return null;
  const changed = new Set<ObjectKey>();
  for (const [key, object] of objects) {
    const applied = record.objects.get(key);
    const isSame =
      applied !== undefined &&
      Object.entries(digestFields(object)).every(([field, digest]) => applied[field] === digest);
    if (!isSame && !blocked.has(key)) changed.add(key);
    if (changed.size > mostInFocus) return null;
  }
  for (const key of record.objects.keys()) {
    const hasLeft = !objects.has(key) && !blocked.has(key) && !record.retired.has(key);
    // What is made of a template shows only in the dictionaries, of all devices.
    if (hasLeft && key.startsWith('template/')) return null;
    if (hasLeft) changed.add(key);
  }
  // What is kept as it is has to render with new templates too, which takes its dictionary.
  const hasAny = (kind: string, keys: Iterable<ObjectKey>) => [...keys].some((key) => key.startsWith(kind));
  if (hasAny('template/', changed) && hasAny('device/', blocked.keys())) return null;
  // In which order files that belong together are written is tried out with all that is made of them.
  const files = [...changed].filter((key) => key.startsWith('template/') || key.startsWith('device/'));
  if (hasAny('template/', changed) && files.length > 1) return null;
  return changed.size === 0 || changed.size > mostInFocus ? null : changed;
}
