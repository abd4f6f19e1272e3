import { printable } from '../../diagnostics/index.js';
import { formatDriftMarkdown, formatDriftText, planToJson, type Drift } from '../../plan/index.js';
import { hasColor, print } from '../output.js';
import type { DriftBranch } from '../../app/drift/index.js';

/** The JSON of the plan, with `drift` and `writtenBack`. It holds the lab's and the master's texts unmasked. */
export function driftToJson({ plan, items }: Drift, branch: DriftBranch | null): object {
  return {
    ...planToJson(plan),
    format: 'lavaflow-drift',
    drift: items.map(toJson),
    writtenBack: branch,
  };
}

/**
 * Prints what drifted, and where it was written back.
 * @param secrets masked
 */
export function printDrift(
  drift: Drift,
  branch: DriftBranch | null,
  format: string,
  secrets: readonly string[],
): void {
  const text =
    format === 'markdown'
      ? formatDriftMarkdown(drift, { secrets })
      : formatDriftText(drift, { color: hasColor, diffs: true, secrets });
  // In Markdown it is a code block: names come from a master.
  const indent = format === 'markdown' ? '    ' : '';
  const lines = branch === null ? [] : describeBranch(branch).map((line) => indent + line);
  print([text.trimEnd(), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'));
}

/** Objects and fields by name; `lab` is the value in the lab, `master` that on the master. */
function toJson(item: Drift['items'][number]) {
  const { key, field, wanted, found, severity, mode, since, contest } = item;
  return {
    key,
    field,
    ...(wanted === undefined ? {} : { lab: wanted }),
    ...(found === undefined ? {} : { master: found }),
    cause: 'drift',
    severity,
    mode,
    since,
    ...(contest === undefined ? {} : { contested: contestToJson(contest) }),
  };
}

function contestToJson({ first, last, times, until }: NonNullable<Drift['items'][number]['contest']>) {
  return { since: first, last, times, until };
}

function describeBranch(back: DriftBranch): string[] {
  const { written, left, follows } = back;
  const lines = [whatBecameOf(back)];
  if (back.state !== 'taken')
    lines.push(...written.map(({ key, field, path }) => `  ${key} ${field ?? '(gone)'}: ${path}`));
  if (left.length > 0) {
    lines.push(
      'not written back:',
      ...left.map(({ key, field, why }) => `  ${key}${field === null ? '' : ` ${field}`}: ${why}`),
    );
  }
  if (follows.length > 0) {
    lines.push(
      'once the branch is merged, the next apply also brings to the master:',
      ...follows.map(({ key, field }) => `  ${key} ${field}`),
    );
  }
  return lines.map(printable);
}

function whatBecameOf({ branch, commit, state, remote }: DriftBranch): string {
  const where = `the branch ${branch}${remote === null ? '' : ` of ${remote}`}`;
  const at = `${where} (commit ${commit?.slice(0, 12) ?? ''})`;
  switch (state) {
    case 'new':
      return `written back to ${at}, which is new`;
    case 'moved':
      return `written back to ${at}, in place of what it had`;
    case 'unchanged':
      return `written back already, to ${at}`;
    case 'taken':
      return `not written back: ${at} has commits that are not lavaflow's. Merge or rename it, or give --branch NAME`;
    case 'old':
      return `nothing to write back; ${at} still has what drifted earlier: delete it`;
    case 'none':
      return 'nothing was written back';
  }
}
