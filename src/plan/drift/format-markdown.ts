import { foldedDiff, markdownCode as code, markdownText as plain } from '../../diagnostics/index.js';
import { groupAlike } from '../view/alike.js';
import { releaseName, shortRevision } from '../view/names.js';
import { fit, leftOut, type MarkdownOptions } from '../view/format-markdown.js';
import { shorten } from '../view/printable-text.js';
import { viewTime } from './contests.js';
import {
  byObject,
  describeEffect,
  describeMode,
  describeOther,
  isDrift,
  otherChanges,
  summaryOfDrift,
  viewItemField,
  type Drift,
} from './format-text.js';
import type { DatedItem } from './sightings.js';

/**
 * The report for an issue or a comment: a table, and the differences in folded sections. Escaped, masked and truncated
 * like a plan.
 */
export function formatDriftMarkdown({ plan, items }: Drift, options: MarkdownOptions = {}): string {
  const head = [
    `### Drift on ${code(plan.master)}`,
    '',
    `${plain(summaryOfDrift({ plan, items }))} ${code(plan.targetUrl)}, ${plain(releaseName(plan))}, compared with revision ${code(shortRevision(plan.revision))}.`,
    '',
    ...plan.remarks.flatMap((remark) => [plain(remark), '']),
  ];
  const room = (options.maxLength ?? 60_000) - head.join('\n').length - 600;
  const sorted = [...items.filter(isDrift), ...items.filter((item) => !isDrift(item))];
  const table = fit(sorted.map(rowOf), room * 0.4);
  const others = fit(
    groupAlike(otherChanges(plan)).map((group) => `- ${plain(shorten(describeOther(group), 400))}`),
    (room - table.length) * 0.4,
  );
  const folded = [...byObject(sorted)].flatMap(([key, own]) => detailOf(key, own, options) ?? []);
  const details = fit(folded, room - table.length - others.length);
  const left = [
    ...leftOut(table.left, 'table row', 'table rows'),
    ...leftOut(others.left, 'other difference', 'other differences'),
    ...leftOut(details.left, 'detail', 'details'),
  ];
  return [
    ...head,
    ...(items.length > 0
      ? ['| severity | object | field | since | mode |', '|---|---|---|---|---|', ...table.kept, '']
      : []),
    ...details.kept,
    ...(others.kept.length > 0 ? ['', '#### Other differences', '', ...others.kept] : []),
    ...(left.length > 0
      ? [
          '',
          `_The report is too long for a comment: ${left.join(', ')} left out. \`lavaflow drift\` shows everything._`,
        ]
      : []),
    '',
  ].join('\n');
}

function rowOf(item: DatedItem): string {
  const { severity, key, field, since } = item;
  const effect = describeEffect(item);
  const what = `${field === null ? 'it is gone' : plain(field)}${effect === null ? '' : `: ${plain(effect)}`}`;
  return `| ${severity} | ${code(key)} | ${what} | ${viewTime(since)} | ${describeMode(item)} |`;
}

function detailOf(key: string, items: readonly DatedItem[], options: MarkdownOptions): string | null {
  const lines = items.flatMap((item) => {
    if (item.field === null) return [];
    const view = viewItemField(item, options.maxDiffLines ?? 40, options.secrets);
    return [`${view.field}: ${view.line}`, ...view.diff];
  });
  return lines.length === 0 ? null : foldedDiff(code(key), lines.join('\n'));
}
