import pc from 'picocolors';

import { printable } from '../../diagnostics/index.js';
import type { Change, DriftMode } from '../../model/index.js';
import { describeAlike, groupAlike } from '../view/alike.js';
import { releaseName, shortRevision } from '../view/names.js';
import { viewField } from '../view/field-view.js';
import type { TextOptions } from '../view/format-text.js';
import { unseenOf } from '../outlook.js';
import type { Plan } from '../plan.js';
import { describeContest, viewTime } from './contests.js';
import { severities, type Severity } from './severity.js';
import type { DriftItem } from './items.js';
import type { DatedItem } from './sightings.js';

/** What drifted on one master, and the comparison that found it. */
export interface Drift {
  readonly plan: Plan;
  readonly items: readonly DatedItem[];
}

type Colors = ReturnType<typeof pc.createColors>;

/** Human-readable report: what drifted, by object, worst first; then what else differs or could not be compared. */
export function formatDriftText({ plan, items }: Drift, options: TextOptions): string {
  const colors = pc.createColors(options.color);
  const head = `${plan.master} (${plan.targetUrl}, ${releaseName(plan)}) since revision ${shortRevision(plan.revision)}`;
  const lines = [colors.bold(printable(head)), ''];
  const drifted = items.filter(isDrift);
  for (const [key, own] of byObject(drifted)) {
    const [worst] = own;
    const what = worst?.field === null ? 'it was removed from the master' : 'it changed on the master';
    const effect = own.map(describeEffect).find((one) => one !== null);
    const tail = effect === undefined ? '' : `, and ${effect}`;
    lines.push(`  ${paint(worst?.severity ?? 'low', colors)} ${printable(key)}: ${what}${tail}`);
    for (const item of own) lines.push(...viewItem(item, options));
  }
  if (drifted.length > 0) lines.push('');
  lines.push(...viewUndeclared(items, options, colors));
  const others = otherChanges(plan);
  if (others.length > 0) {
    lines.push('  Other differences');
    for (const group of groupAlike(others)) lines.push(`    ${describeOther(group)}`);
    lines.push('');
  }
  for (const remark of plan.remarks) lines.push(`note: ${printable(remark)}`);
  lines.push(colors.bold(summaryOfDrift({ plan, items })));
  return `${lines.join('\n')}\n`;
}

/** How many undeclared values the text lists. */
const mostUndeclared = 20;

/** One line per value, because on a master that was set up by hand there may be many. */
function viewUndeclared(items: readonly DatedItem[], options: TextOptions, colors: Colors): string[] {
  const undeclared = items.filter((item) => !isDrift(item));
  if (undeclared.length === 0) return [];
  const more = undeclared.length - mostUndeclared;
  return [
    '  Not declared in the lab, left as it is (`undeclared: unmanaged`)',
    ...undeclared.slice(0, mostUndeclared).map((item) => {
      const { field, line } = viewItemField(item, 0, options.secrets);
      return `    ${paint(item.severity, colors)} ${printable(item.key)} ${field}: ${line}`;
    }),
    ...(more > 0 ? [`    … and ${more} more; \`--format json\` lists all`] : []),
    '',
  ];
}

/** Whether somebody changed it after lavaflow applied it. Otherwise, it was never applied and the lab does not declare it. */
export function isDrift({ isUndeclared }: Pick<DriftItem, 'isUndeclared'>): boolean {
  return isUndeclared !== true;
}

/** What drift in a text does to devices, if they cannot be used any more. */
export function describeEffect({ effect }: Pick<DriftItem, 'effect'>): string | null {
  if (effect === 'breaks') return 'devices that use it have no configuration';
  return effect === 'rejects' ? 'LAVA rejects the configuration of devices that use it' : null;
}

/** The worst object first, because the items are sorted that way. */
export function byObject(items: readonly DatedItem[]): Map<string, DatedItem[]> {
  const objects = new Map<string, DatedItem[]>();
  for (const item of items) objects.set(item.key, [...(objects.get(item.key) ?? []), item]);
  return objects;
}

function viewItem(item: DatedItem, options: TextOptions): string[] {
  const when = `${item.severity}, since ${viewTime(item.since)}, ${describeMode(item)}`;
  if (item.field === null) return [`      [${when}]`];
  const { field, line, diff } = viewItemField(
    item,
    options.diffs ? (options.maxDiffLines ?? 60) : 0,
    options.secrets,
  );
  return [`      ${field}: ${line} [${when}]`, ...diff.map((one) => `        ${one}`)];
}

/** Shows the value as it was applied and as it is now. */
export function viewItemField(item: DatedItem, maxDiffLines: number, secrets: readonly string[] = []) {
  const change = { field: item.field ?? '', before: item.wanted, after: item.found, cause: 'drift' } as const;
  return viewField(change, maxDiffLines, secrets);
}

const modeWords: Readonly<Record<DriftMode, string>> = {
  observe: 'observed',
  warn: 'left as it is',
  enforce: 'to be restored',
};

/** Describes how the item is treated. */
export function describeMode({ mode, contest, isUndeclared }: DriftItem): string {
  if (isUndeclared === true) return 'not declared in the lab, left as it is';
  return contest === undefined ? `${modeWords[mode]} (${mode})` : `contested: ${describeContest(contest)}`;
}

/** Differences that are not drift: what was not applied, could not be read, or was never adopted. */
export function otherChanges(plan: Plan): Change[] {
  return plan.changes.filter(
    ({ cause, hold }) =>
      cause !== 'drift' &&
      hold !== 'unnamed' &&
      hold !== 'undeclared' &&
      hold !== 'built-in' &&
      hold !== 'unsupported',
  );
}

/** @param group one change, or several similar ones */
export function describeOther(group: readonly Change[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const { what, names } = describeAlike(group);
  const why =
    first.reason ??
    (first.cause === 'this change' ? 'the lab specifies it, but it is not applied' : first.cause);
  return printable(`${first.verb} ${what}: ${why}${names === null ? '' : ` (${names})`}`);
}

/**
 * Returns `2 objects drifted: 1 high, 1 low.` or `No drift.`, how many values are not declared, and how many objects
 * could not be read.
 */
export function summaryOfDrift({ plan, items }: Drift): string {
  const objects = byObject(items.filter(isDrift));
  const undeclared = items.filter((item) => !isDrift(item)).length;
  const unseen = new Set(unseenOf(plan).map(({ key }) => key)).size;
  const more =
    undeclared === 0 ? '' : `; ${undeclared} ${undeclared === 1 ? 'value' : 'values'} not declared`;
  const but = unseen === 0 ? `${more}.` : `${more}; ${unseen} could not be read completely.`;
  if (objects.size === 0) return unseen === 0 ? `No drift${but}` : `No drift found${but}`;
  const worst = [...objects.values()].map((own) => own[0]?.severity);
  const counts = severities.flatMap((severity) => {
    const count = worst.filter((one) => one === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return `${objects.size} ${objects.size === 1 ? 'object' : 'objects'} drifted: ${counts.join(', ')}${but}`;
}

function paint(severity: Severity, colors: Colors): string {
  const word = severity.padEnd(6);
  if (severity === 'high') return colors.red(word);
  return severity === 'medium' ? colors.yellow(word) : colors.dim(word);
}
