import type { RenderedDifference } from '../rendered/difference.js';

/**
 * A remark if a plan makes devices invalid, or unable to render: LAVA would set them to Bad, and no lab file shows it,
 * because the lab's own devices are blocked when `validate` rejects them.
 */
export function remarksOnRejected(rendered: readonly RenderedDifference[]): string[] {
  const count = rendered
    .filter(({ kind, cause }) => (kind === 'rejects' || kind === 'breaks') && cause !== 'upstream')
    .reduce((sum, one) => sum + one.count, 0);
  if (count === 0) return [];
  const subject = count === 1 ? '1 device' : `${count} devices`;
  return [`this plan makes ${subject} invalid: LAVA sets such devices to Bad and starts no jobs on them`];
}
