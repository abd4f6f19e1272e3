import {
  foldedDiff,
  markdownCode as code,
  markdownText as plain,
  maskLines,
} from '../../diagnostics/index.js';
import type { Change } from '../../model/index.js';
import { describeAlike, groupAlike } from './alike.js';
import { releaseName, shortRevision } from './names.js';
import { viewField } from './field-view.js';
import { summaryOf } from './format-text.js';
import type { Plan } from '../plan.js';
import { shorten } from './printable-text.js';
import type { RenderedDifference } from '../rendered/difference.js';
import { viewRendered } from '../rendered/view.js';
import { cutLines } from './text-diff.js';

export interface MarkdownOptions {
  /** Characters; GitHub accepts 65536 in one comment. Default 60000. */
  readonly maxLength?: number;
  readonly maxDiffLines?: number;
  /** Masked wherever they occur. */
  readonly secrets?: readonly string[];
}

/**
 * A plan for a pull request: a table, the effect on the rendered device configurations, and the details in folded
 * sections.
 * Everything that comes from a lab or a master is escaped: it cannot create markup, links, mentions or new table cells.
 * What looks like a secret is masked, because comments are public. What does not fit is counted.
 */
export function formatPlanMarkdown(plan: Plan, options: MarkdownOptions = {}): string {
  const rows = plan.changes.filter(({ hold }) => hold !== 'unnamed' && hold !== 'undeclared');
  const unnamed = plan.changes.filter(({ hold }) => hold === 'unnamed').length;
  const undeclared = plan.changes.length - rows.length - unnamed;
  const head = [
    `### Plan for ${code(plan.master)}`,
    '',
    `${plain(summaryOf(plan))} ${code(plan.targetUrl)}, ${plain(releaseName(plan))}, revision ${code(shortRevision(plan.revision))}.`,
    '',
    ...plan.remarks.flatMap((remark) => [plain(remark), '']),
    ...(undeclared > 0
      ? [`${undeclared} objects have values on the master that the lab does not declare.`, '']
      : []),
    ...(unnamed > 0 ? [`${unnamed} objects on the master are not in the lab and are left alone.`, ''] : []),
  ];
  const foot = ['', `Fingerprint ${code(plan.fingerprint)}`, ''];
  const room = (options.maxLength ?? 60_000) - lengthOf([...head, ...foot]) - 600;
  const maxDiffLines = options.maxDiffLines ?? 40;
  const secrets = options.secrets ?? [];

  // If a plan is too long, each part is truncated. Space that one part does not need is available to the next.
  const table = fit(groupAlike(rows).map(rowOf), room * 0.3);
  const renderings = (plan.rendered ?? []).map((one) => renderingOf(one, maxDiffLines, secrets));
  const rendered = fit(renderings, (room - table.length) * 0.6);
  const folded = rows.flatMap((change) => detailOf(change, maxDiffLines, secrets) ?? []);
  const details = fit(folded, room - table.length - rendered.length);
  const left = [
    ...leftOut(table.left, 'table row', 'table rows'),
    ...leftOut(rendered.left, 'rendered difference', 'rendered differences'),
    ...leftOut(details.left, 'detail', 'details'),
  ];
  return [
    ...head,
    ...(rows.length > 0 ? ['| | object | fields | cause |', '|---|---|---|---|', ...table.kept, ''] : []),
    ...(renderings.length > 0 ? ['#### Rendered device configurations', '', ...rendered.kept, ''] : []),
    ...details.kept,
    ...(left.length > 0
      ? [
          '',
          `_The plan is too long for a comment: ${left.join(', ')} left out. \`lavaflow plan\` shows everything._`,
        ]
      : []),
    ...foot,
  ].join('\n');
}

/** As many of the first blocks as fit into the given number of characters. */
export function fit(blocks: readonly string[], room: number) {
  const kept: string[] = [];
  let length = 0;
  for (const block of blocks) {
    if (length + block.length + 1 > room) break;
    kept.push(block);
    length += block.length + 1;
  }
  return { kept, length, left: blocks.length - kept.length };
}

export function leftOut(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}

function renderingOf(
  difference: RenderedDifference,
  maxDiffLines: number,
  secrets: readonly string[],
): string {
  const { symbol, title, names, reason, diff } = viewRendered(difference);
  const what = `${plain(title)}${symbol === '=' ? '' : `: ${code(names)}`}`;
  const why = reason === null ? '' : `<br>${code(shorten(reason, 400))}`;
  const summary = symbol === '!' ? `⚠ <b>${what}</b>${why}` : `${what}${why}`;
  return diff.length === 0
    ? `${summary}\n`
    : foldedDiff(summary, maskLines(cutLines(diff, maxDiffLines), secrets).join('\n'));
}

function rowOf(group: readonly Change[]): string {
  const [change] = group;
  if (change === undefined) return '';
  const { what, names } = describeAlike(group);
  const fields = change.fields.map((field) => field.field).join(', ');
  const why = change.reason === undefined ? plain(change.cause) : plain(shorten(change.reason, 300));
  const which = names === null ? code(what) : `${plain(what)}: ${code(shorten(names, 300))}`;
  return `| ${change.verb} | ${which} | ${plain(shorten(fields, 200))} | ${why} |`;
}

function detailOf(change: Change, maxDiffLines: number, secrets: readonly string[]): string | null {
  if (change.fields.length === 0) return null;
  const lines = change.fields.flatMap((field) => {
    const view = viewField(field, maxDiffLines, secrets);
    return [`${view.field}: ${view.line}`, ...view.diff];
  });
  return foldedDiff(`${change.verb} ${code(change.key)}`, lines.join('\n'));
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
