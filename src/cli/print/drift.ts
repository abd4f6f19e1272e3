import { printable } from '../../diagnostics/index.js';
import { formatDriftMarkdown, formatDriftText, planToJson, type Drift } from '../../plan/index.js';
import { hasColor, print } from '../output.js';
import type { DriftBranch, MasterDrift } from '../../app/drift/index.js';

/** The JSON of the plan, with `drift`, `suspension` and `writtenBack`. It contains texts of the lab and the master unmasked. */
export function driftToJson({ drift: { plan, items }, branch, suspension }: MasterDrift): object {
  return {
    ...planToJson(plan),
    format: 'lavaflow-drift',
    drift: items.map(toJson),
    suspension,
    writtenBack: branch,
  };
}

/**
 * Prints what drifted and where it was written back.
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
  // A code block in Markdown, because names come from a master.
  const indent = format === 'markdown' ? '    ' : '';
  const lines = branch === null ? [] : describeBranch(branch).map((line) => indent + line);
  print([text.trimEnd(), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'));
}

/** `lab` is the value in the lab, or LAVA's default if the lab declares none; `master` the value on the master. */
function toJson(item: Drift['items'][number]) {
  const { key, field, wanted, found, severity, mode, since, contest, isUndeclared } = item;
  return {
    key,
    field,
    ...(wanted === undefined ? {} : { lab: wanted }),
    ...(found === undefined ? {} : { master: found }),
    cause: isUndeclared === true ? 'unmanaged' : 'drift',
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
      'when the branch is merged, the next apply also changes on the master:',
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
      return `written back to ${at}, a new branch`;
    case 'moved':
      return `written back to ${at}, replacing what it had`;
    case 'unchanged':
      return `already written back to ${at}`;
    case 'taken':
      return `not written back: ${at} has commits that are not lavaflow's. Merge or rename it, or specify --branch NAME`;
    case 'old':
      return `nothing to write back; ${at} still contains earlier drift; delete it`;
    case 'none':
      return 'nothing was written back';
  }
}
