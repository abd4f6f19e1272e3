import { printable } from '../../diagnostics/index.js';
import { formatDriftMarkdown, formatDriftText, planToJson, type Drift } from '../../plan/index.js';
import { hasColor, print, printJson } from '../output.js';
import type { DriftBranch } from './write-back.js';

/**
 * Prints what drifted, and where it was written back to. JSON is that of the plan, with `drift` and `writtenBack`.
 * @param secrets masked in text and Markdown; JSON holds the lab's and the master's texts as they are
 */
export function printDrift(
  drift: Drift,
  branch: DriftBranch | null,
  format: string,
  secrets: readonly string[],
): void {
  if (format === 'json') {
    printJson({
      ...planToJson(drift.plan),
      format: 'lavaflow-drift',
      drift: drift.items.map(toJson),
      writtenBack: branch,
    });
    return;
  }
  const text =
    format === 'markdown'
      ? formatDriftMarkdown(drift, { secrets })
      : formatDriftText(drift, { color: hasColor, diffs: true, secrets });
  // In Markdown it is a code block: names come from a master.
  const indent = format === 'markdown' ? '    ' : '';
  const lines = branch === null ? [] : describeBranch(branch).map((line) => indent + line);
  print([text.trimEnd(), ...(lines.length > 0 ? ['', ...lines] : [])].join('\n'));
}

/** Objects and fields by their names; what the lab has as `lab`, what the master has as `master`. */
function toJson({ key, field, wanted, found, severity, mode, since }: Drift['items'][number]) {
  return {
    key,
    field,
    ...(wanted === undefined ? {} : { lab: wanted }),
    ...(found === undefined ? {} : { master: found }),
    cause: 'drift',
    severity,
    mode,
    since,
  };
}

function describeBranch({ branch, commit, written, left, follows }: DriftBranch): string[] {
  const lines =
    branch === null
      ? ['nothing was written back']
      : [
          `written back to the branch ${branch} (commit ${commit?.slice(0, 12) ?? ''})`,
          ...written.map(({ key, field, path }) => `  ${key} ${field}: ${path}`),
        ];
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
