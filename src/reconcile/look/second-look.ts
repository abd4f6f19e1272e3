import { ExternalError } from '../../diagnostics/index.js';
import type { AppliedRecord, ObjectKey, ObservedMaster } from '../../model/index.js';
import { lookAt } from '../../plan/index.js';
import type { MasterTarget } from '../ports.js';

/** Named in the message; the rest is counted. */
const mostNamed = 3;

/**
 * What was applied and is not seen any more is looked for again, in another way: a master that shows old or cut
 * lists must not look like one from which somebody deleted things. Costs nothing while all is seen.
 * @param focus only these; null: everything
 * @throws ExternalError (retry: soon) when the master has what it did not show
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
    what: 'see the master as it is',
    where: target.url,
    why: `it has ${there.slice(0, mostNamed).join(', ')}${more}, which it did not show at first`,
    retry: 'soon',
    hint: 'Does a cache in between answer for it, or did somebody create it just now?',
  });
}

/**
 * Why nobody knows how some of these objects are, or the fields of them that are named: they could not be read, or were
 * left out of what was.
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
    why.set(key, 'the master has it and does not show it');
  return why;
}
