import { printable } from '../diagnostics/index.js';
import type { Change } from '../model/index.js';
import { releaseName, shortRevision } from './context.js';
import { viewField } from './field-view.js';
import { summaryOf } from './format-text.js';
import type { Plan } from './plan.js';
import { shorten, printableLines } from './printable-text.js';

export interface MarkdownOptions {
  /** Characters; GitHub takes 65536 in one comment. Default 60000. */
  readonly maxLength?: number;
  readonly maxDiffLines?: number;
}

/**
 * A plan for a pull request: a table, and the details folded. Everything that comes from a lab or a master is
 * escaped: it cannot make markup, links, mentions or new table cells.
 */
export function formatPlanMarkdown(plan: Plan, options: MarkdownOptions = {}): string {
  const max = options.maxLength ?? 60_000;
  const rows = plan.changes.filter((change) => change.hold !== 'unnamed');
  const unnamed = plan.changes.length - rows.length;
  const head = [
    `### Plan for ${code(plan.master)}`,
    '',
    `${plain(summaryOf(plan))} ${code(plan.targetUrl)}, ${plain(releaseName(plan))}, revision ${code(shortRevision(plan.revision))}.`,
    '',
    ...plan.remarks.flatMap((remark) => [plain(remark), '']),
    ...(unnamed > 0 ? [`${unnamed} objects on the master are not in the lab, and are left alone.`, ''] : []),
  ];
  const foot = ['', `Fingerprint ${code(plan.fingerprint)}`, ''];
  let room = max - lengthOf([...head, ...foot]) - 400;
  const table: string[] = [];
  for (const change of rows) {
    const row = rowOf(change);
    room -= row.length + 1;
    if (room < 0) break;
    table.push(row);
  }
  const details: string[] = [];
  for (const change of rows) {
    const detail = detailOf(change, options.maxDiffLines ?? 40);
    if (detail === null) continue;
    room -= detail.length + 1;
    if (room < 0) break;
    details.push(detail);
  }
  const cut = room < 0 ? ['', '_The plan is longer than fits here; `lavaflow plan` shows all of it._'] : [];
  const header = ['| | object | fields | cause |', '|---|---|---|---|'];
  return [...head, ...(rows.length > 0 ? [...header, ...table, ''] : []), ...details, ...cut, ...foot].join(
    '\n',
  );
}

function rowOf(change: Change): string {
  const fields = change.fields.map((field) => field.field).join(', ');
  const why = change.reason === undefined ? plain(change.cause) : plain(shorten(change.reason, 300));
  return `| ${change.verb} | ${code(change.key)} | ${plain(shorten(fields, 200))} | ${why} |`;
}

function detailOf(change: Change, maxDiffLines: number): string | null {
  if (change.fields.length === 0) return null;
  const lines = change.fields.flatMap((field) => {
    const view = viewField(field, maxDiffLines);
    return [`${view.field}: ${view.line}`, ...view.diff];
  });
  const body = printableLines(lines.join('\n'));
  const fence = fenceFor(body);
  return [
    `<details><summary>${change.verb} ${code(change.key)}</summary>`,
    '',
    `${fence}diff`,
    body,
    fence,
    '',
    '</details>',
  ].join('\n');
}

/** A fence longer than any run of backticks in the text. */
function fenceFor(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((max, run) => Math.max(max, run.length), 2);
  return '`'.repeat(longest + 1);
}

/** Text as code: GitHub looks for mentions, links and references nowhere in it. */
function code(text: string): string {
  return `<code>${entities(printable(text))}</code>`;
}

/** Running text. GitHub looks for mentions and references after decoding entities, so these are broken up as well. */
function plain(text: string): string {
  return entities(printable(text)).replace(/&#(64|35);/g, '$&&#8203;');
}

function entities(text: string): string {
  return text.replace(/[^\p{L}\p{N} ,;/-]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
