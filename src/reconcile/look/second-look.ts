import { ExternalError } from '../../diagnostics/index.js';
import type { AppliedRecord, ObjectKey, ObservedMaster } from '../../model/index.js';
import { lookAt } from '../../plan/index.js';
import type { MasterTarget } from '../ports.js';

/** How many objects the message names; the rest is counted. */
const mostNamed = 3;

/**
 * Looks again, in a different way, for objects that were applied and are no longer seen: a master that returns old or
 * truncated lists must not look like one from which somebody deleted objects. Costs nothing while everything is seen.
 * @param focus only these objects; null: everything
 * @throws ExternalError (retry: soon) when the master has objects that it did not show
 */
export async function lookTwice(
  target: MasterTarget,
  base: AppliedRecord | null,
  observed: ObservedMaster,
  focus: ReadonlySet<ObjectKey> | null,
  signal?: AbortSignal,
): Promise<void> {
  if (target.findThere === undefined || base === null) return;
  const look = lookAt(observed);
  const missing = [...base.objects.keys()].filter(
    (key) => focus?.has(key) !== false && look(key).state === 'absent',
  );
  if (missing.length === 0) return;
  const there = [...(await target.findThere(new Set(missing), signal))].sort();
  if (there.length === 0) return;
  const more = there.length > mostNamed ? ` and ${there.length - mostNamed} more` : '';
  throw new ExternalError({
    what: 'read the true state of the master',
    where: target.url,
    why: `it has ${there.slice(0, mostNamed).join(', ')}${more}, which it did not show at first`,
    retry: 'soon',
    hint: 'Check for a cache in front of the master. Try again if somebody has just created the object.',
  });
}

/**
 * Why the state of some of these objects, or of their named fields, is unknown: they could not be read, or were missing
 * from what was read.
 * @throws ExternalError
 */
export async function whyUnseen(
  target: MasterTarget,
  observed: ObservedMaster,
  wanted: ReadonlyMap<ObjectKey, { readonly fields: object }>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<ObjectKey, string>> {
  const look = lookAt(observed);
  const why = new Map<ObjectKey, string>();
  const absent = new Set<ObjectKey>();
  for (const [key, { fields }] of wanted) {
    const sight = look(key);
    const reason =
      sight.state === 'unreadable'
        ? sight.reason
        : Object.keys(fields).flatMap((field) => sight.blind.get(field) ?? [])[0];
    if (reason !== undefined) why.set(key, reason);
    else if (sight.state === 'absent') absent.add(key);
  }
  if (absent.size === 0 || target.findThere === undefined) return why;
  for (const key of await target.findThere(absent, signal))
    why.set(key, 'the master has it but does not show it');
  return why;
}
