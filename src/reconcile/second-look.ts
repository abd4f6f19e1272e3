import { ExternalError } from '../diagnostics/index.js';
import type { AppliedRecord, ObjectKey, ObservedMaster } from '../model/index.js';
import { lookAt } from '../plan/index.js';
import type { MasterTarget } from './ports.js';

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
