import { maskLines, maskSecrets, printable } from '../../diagnostics/index.js';
import type { FieldChange, FieldValue } from '../../model/index.js';
import { countLines, diffLines } from './text-diff.js';
import { shorten, printableLines } from './printable-text.js';

const maxValueLength = 160;

/** How one field's change is shown: a line, and for long texts the lines of a diff below it. */
export interface FieldView {
  readonly field: string;
  /** `"old" -> "new"`, `12 lines`, `changed`. */
  readonly line: string;
  readonly diff: readonly string[];
}

/**
 * @param maxDiffLines 0: no diffs
 * @param secrets masked wherever they occur, in addition to what looks like a secret
 */
export function viewField(
  change: FieldChange,
  maxDiffLines: number,
  secrets: readonly string[] = [],
): FieldView {
  const { field, line, diff } = viewUnmasked(change, maxDiffLines);
  return { field, line: maskSecrets(line, secrets), diff: maskLines(diff, secrets) };
}

function viewUnmasked(change: FieldChange, maxDiffLines: number): FieldView {
  const { before, after } = change;
  const field = printable(change.field);
  if (isLongText(before) || isLongText(after)) return { field, ...viewTexts(before, after, maxDiffLines) };
  if (Array.isArray(before) && Array.isArray(after))
    return { field, line: viewLists(before, after), diff: [] };
  const line = before === undefined ? viewValue(after) : `${viewValue(before)} -> ${viewValue(after)}`;
  return { field, line, diff: [] };
}

function isLongText(value: FieldValue | undefined): value is string {
  return typeof value === 'string' && (value.includes('\n') || value.length > maxValueLength);
}

function viewTexts(before: FieldValue | undefined, after: FieldValue | undefined, maxDiffLines: number) {
  if (typeof after !== 'string') return { line: `${sizeOf(before)} -> ${viewValue(after)}`, diff: [] };
  if (typeof before !== 'string') return { line: sizeOf(after), diff: [] };
  const line = `${sizeOf(before)} -> ${sizeOf(after)}`;
  if (maxDiffLines === 0) return { line, diff: [] };
  const diff = diffLines(printableLines(before), printableLines(after), maxDiffLines);
  return { line, diff: diff?.map((one) => shorten(one, 400)) ?? ['(too different to show as a diff)'] };
}

function sizeOf(value: FieldValue | undefined): string {
  if (typeof value !== 'string') return viewValue(value);
  const lines = countLines(value);
  return `(${lines} ${lines === 1 ? 'line' : 'lines'})`;
}

/** Lists as what is added and removed. A list that is only reordered is shown completely. */
function viewLists(before: readonly FieldValue[], after: readonly FieldValue[]): string {
  const old = new Set(before.map(viewValue));
  const fresh = new Set(after.map(viewValue));
  const parts = [
    ...[...old].filter((item) => !fresh.has(item)).map((item) => `- ${item}`),
    ...[...fresh].filter((item) => !old.has(item)).map((item) => `+ ${item}`),
  ];
  if (parts.length === 0) return `${viewValue(before)} -> ${viewValue(after)}`;
  return shorten(parts.join(', '), maxValueLength);
}

function viewValue(value: FieldValue | undefined): string {
  if (value === undefined) return '(not shown)';
  if (value === null) return '(none)';
  const frequency = viewFrequency(value);
  if (frequency !== null) return frequency;
  return shorten(printable(JSON.stringify(value)), maxValueLength);
}

/** `every 24 hours`, for the frequency of health checks. */
function viewFrequency(value: FieldValue): string | null {
  if (typeof value !== 'object' || value === null || !('every' in value) || !('unit' in value)) return null;
  const { every, unit } = value;
  return typeof every === 'number' && typeof unit === 'string' ? `every ${every} ${unit}` : null;
}
