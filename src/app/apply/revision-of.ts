import { UsageError } from '../../diagnostics/index.js';
import type { Plan } from '../../plan/index.js';
import { commitOf } from '../../model/index.js';

/**
 * Returns the commit of a plan.
 * @throws UsageError for a plan of a working tree: only commits are applied
 */
export function revisionOf(plan: Plan): string {
  const revision = commitOf(plan.revision);
  if (revision !== 'working-tree') return revision;
  throw new UsageError(
    'this plan is for a working tree, but only committed revisions can be applied',
    'Commit the changes, then run lavaflow plan --rev HEAD --out FILE.',
  );
}
