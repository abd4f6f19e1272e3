import pc from 'picocolors';

import { maskLines, printable } from '../../diagnostics/index.js';
import { verbs, type Change, type FieldChange, type Hold, type Verb } from '../../model/index.js';
import { describeAlike, groupAlike } from './alike.js';
import { releaseName, shortRevision } from './names.js';
import { viewField } from './field-view.js';
import { isEmpty } from '../outlook.js';
import { isWrite } from '../changes.js';
import type { Plan } from '../plan.js';
import type { RenderedDifference } from '../rendered/difference.js';
import { viewRendered } from '../rendered/view.js';
import { cutLines } from './text-diff.js';

export interface TextOptions {
  readonly color: boolean;
  /** Show the diffs of texts, not only their length. */
  readonly diffs: boolean;
  /** Lines of one diff; default 60. */
  readonly maxDiffLines?: number;
  /** How many objects are listed that the lab does not name, or does not declare completely; default 10. */
  readonly maxUnnamed?: number;
  /** Masked wherever they occur. */
  readonly secrets?: readonly string[];
}

const defaultDiffLines = 60;
const maxRendered = 30;

const symbols: Readonly<Record<Verb, string>> = {
  create: '+',
  update: '~',
  adopt: '>',
  retire: '-',
  delete: 'x',
  keep: '=',
  report: '!',
};

/** Human-readable plan: what is done, then what is kept or reported and why, then the counts. Ends with a newline. */
export function formatPlanText(plan: Plan, options: TextOptions): string {
  const colors = pc.createColors(options.color);
  const paint = paintOf(colors);
  const named = plan.changes.filter(({ hold }) => hold !== 'unnamed' && hold !== 'undeclared');
  const head = `${plan.master} (${plan.targetUrl}, ${releaseName(plan)}), revision ${shortRevision(plan.revision)}`;
  const lines = [colors.bold(printable(head)), ''];
  for (const group of groupAlike(named)) lines.push(...viewGroup(group, options, colors, paint));
  if (named.length > 0) lines.push('');
  lines.push(...viewRenderings(plan.rendered ?? [], options, colors));
  lines.push(...viewUnnamed(plan.changes, options.maxUnnamed ?? 10));
  lines.push(...viewUndeclared(plan.changes, options.maxUnnamed ?? 10));
  for (const remark of plan.remarks) lines.push(`note: ${printable(remark)}`);
  lines.push(colors.bold(summaryOf(plan)));
  return `${lines.join('\n')}\n`;
}

/** Returns `2 to create, 1 to update; 1 kept`, or `Nothing to do`. */
export function summaryOf(plan: Plan): string {
  const phrases: Readonly<Record<Verb, string>> = {
    create: 'to create',
    update: 'to update',
    adopt: 'to adopt',
    retire: 'to retire',
    delete: 'to delete',
    keep: 'kept',
    report: 'reported',
  };
  const say = (wanted: (verb: Verb) => boolean) =>
    verbs
      .filter((verb) => wanted(verb) && plan.counts[verb] > 0)
      .map((verb) => `${plan.counts[verb]} ${phrases[verb]}`);
  const todo = isEmpty(plan) ? 'Nothing to do' : say(isWrite).join(', ');
  const notes = say((verb) => !isWrite(verb)).join(', ');
  return notes === '' ? `${todo}.` : `${todo}; ${notes}.`;
}

type Colors = ReturnType<typeof pc.createColors>;
type Paint = (text: string) => string;

function paintOf(colors: Colors): (verb: Verb) => Paint {
  const paints: Readonly<Record<Verb, Paint>> = {
    create: colors.green,
    update: colors.yellow,
    adopt: colors.cyan,
    retire: colors.red,
    delete: colors.red,
    keep: colors.dim,
    report: colors.magenta,
  };
  return (verb) => paints[verb];
}

function viewGroup(
  group: readonly Change[],
  options: TextOptions,
  colors: Colors,
  paint: (verb: Verb) => Paint,
): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { what, names } = describeAlike(group);
  if (names === null) return viewChange(first, options, colors, paint(first.verb));
  const title = paint(first.verb)(`  ${symbols[first.verb]} ${first.verb.padEnd(6)} ${what}`);
  const fields = first.fields.map(({ field }) => printable(field)).join(', ');
  return [
    `${title}${fields === '' ? '' : ` (${fields})`}: ${printable(first.reason ?? '')}`,
    `      ${printable(names)}`,
  ];
}

function viewChange(change: Change, options: TextOptions, colors: Colors, paint: Paint): string[] {
  const cause = change.cause === 'this change' || isSaid(change.hold) ? '' : ` [${change.cause}]`;
  const reason = change.reason === undefined ? '' : `: ${printable(change.reason)}`;
  const title = `  ${symbols[change.verb]} ${change.verb.padEnd(6)} ${printable(change.key)}`;
  const lines = [`${paint(title)}${cause}${reason}`];
  for (const field of change.fields) lines.push(...viewOneField(field, change, options, colors));
  return lines;
}

/** Reasons that already state the cause. */
function isSaid(hold: Hold | undefined): boolean {
  return hold === 'drift-mode' || hold === 'contested' || hold === 'unadopted';
}

function viewOneField(field: FieldChange, change: Change, options: TextOptions, colors: Colors): string[] {
  // The empty fields of a new object are not informative.
  if (change.verb === 'create' && (field.after === null || field.after === '')) return [];
  const view = viewField(
    field,
    options.diffs ? (options.maxDiffLines ?? defaultDiffLines) : 0,
    options.secrets,
  );
  const cause = field.cause === change.cause ? '' : ` [${field.cause}]`;
  return [
    `      ${view.field}: ${view.line}${cause}`,
    ...view.diff.map((line) => `        ${paintDiff(line, colors)}`),
  ];
}

function viewRenderings(
  rendered: readonly RenderedDifference[],
  options: TextOptions,
  colors: Colors,
): string[] {
  if (rendered.length === 0) return [];
  const lines = ['  Rendered device configurations'];
  for (const difference of rendered.slice(0, maxRendered)) {
    const { symbol, title, names, reason, diff } = viewRendered(difference);
    const head = `  ${symbol} ${title}${symbol === '=' ? '' : `: ${names}`}`;
    lines.push(`  ${symbol === '!' ? colors.red(head) : head}`);
    if (reason !== null) lines.push(`        ${reason}`);
    if (!options.diffs) continue;
    const shown = cutLines(diff, options.maxDiffLines ?? defaultDiffLines);
    lines.push(...maskLines(shown, options.secrets).map((line) => `        ${paintDiff(line, colors)}`));
  }
  const rest = rendered.slice(maxRendered).reduce((sum, { count }) => sum + count, 0);
  if (rest > 0) lines.push(`    … and ${rest} devices in ${rendered.length - maxRendered} other ways`);
  return [...lines, ''];
}

function paintDiff(line: string, colors: Colors): string {
  if (line.startsWith('+')) return colors.green(line);
  if (line.startsWith('-')) return colors.red(line);
  return line.startsWith('@@') ? colors.cyan(line) : line;
}

function viewUnnamed(changes: readonly Change[], max: number): string[] {
  const keys = changes.filter((change) => change.hold === 'unnamed').map((change) => printable(change.key));
  if (keys.length === 0) return [];
  const rest = keys.length > max ? [`    … and ${keys.length - max} more`] : [];
  const title = `  On the master but not in the lab (left alone): ${keys.length}`;
  return [title, ...keys.slice(0, max).map((key) => `    ${key}`), ...rest, ''];
}

function viewUndeclared(changes: readonly Change[], max: number): string[] {
  const undeclared = changes.filter(({ hold }) => hold === 'undeclared');
  if (undeclared.length === 0) return [];
  const lines = undeclared
    .slice(0, max)
    .map(({ key, fields }) => printable(`    ${key}: ${fields.map(({ field }) => field).join(', ')}`));
  const rest = undeclared.length > max ? [`    … and ${undeclared.length - max} more`] : [];
  const title = `  Set on the master and not declared in the lab (left alone; \`drift\` shows the values): ${undeclared.length}`;
  return [title, ...lines, ...rest, ''];
}
