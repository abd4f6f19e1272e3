import { instantText, openOrNext } from '../../calendar/index.js';
import type { Seen } from '../look/look.js';

/** Why an embedded master starts no health check on a device now: a maintenance window is open. */
export function whyUnchecked(
  device: string,
  { desired, observed }: Pick<Seen, 'desired' | 'observed'>,
  now: Date,
): string | null {
  if (observed.software !== 'lavaflow') return null;
  const period = openOrNext(desired.windows?.get(`device/${device}`) ?? [], now.getTime());
  if (period === null || period.start > now.getTime()) return null;
  return `no health check starts in the maintenance window of ${period.window.of}, which ends at ${instantText(period.end)}`;
}
