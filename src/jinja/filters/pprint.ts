import { limitError, Raised } from '../errors.js';
import { maximumDepth, spend } from '../limits.js';
import { order } from '../values/compare.js';
import { PyDict } from '../values/dict.js';
import { joinTexts } from '../values/join-texts.js';
import { codePointLength } from '../values/markup.js';
import { repr } from '../values/show.js';
import { GroupTuple, PyTuple } from '../values/tuple.js';
import { typeName, type Value } from '../values/types.js';
import { splitLines } from '../methods/case.js';
import { filter, type Filter } from './registry.js';

const WIDTH = 80;

/** Python's `pprint.pformat`: `repr` with sorted dicts, on several lines if it is wider than 80. */
function format(value: Value, indent: number, allowance: number, depth: number): string {
  if (depth > maximumDepth())
    throw limitError('a value is nested too deeply to be shown', undefined, 'RecursionError');
  const flat = safeRepr(value, depth);
  spend(1 + (flat.length >> 6));
  if (codePointLength(flat) <= WIDTH - indent - allowance) return flat;
  if (value instanceof PyDict && value.size > 0) {
    const entries = sorted(value);
    const lines = entries.map(([key, item], index) => {
      const shown = safeRepr(key, depth);
      const isLast = index === entries.length - 1;
      const inner = format(
        item,
        indent + 1 + codePointLength(shown) + 2,
        isLast ? allowance + 1 : 1,
        depth + 1,
      );
      return `${shown}: ${inner}`;
    });
    return `{${joinTexts(lines, `,\n${' '.repeat(indent + 1)}`)}}`;
  }
  if (Array.isArray(value)) return formatItems('[', ']', value, indent, allowance, depth);
  if (isPlainTuple(value)) {
    return formatItems('(', value.items.length === 1 ? ',)' : ')', value.items, indent, allowance, depth);
  }
  return typeof value === 'string' ? formatText(value, indent, allowance, depth) : flat;
}

function formatItems(
  open: string,
  close: string,
  items: readonly Value[],
  indent: number,
  allowance: number,
  depth: number,
): string {
  const lines = items.map((item, index) => {
    const isLast = index === items.length - 1;
    return format(item, indent + 1, isLast ? allowance + close.length : 1, depth + 1);
  });
  return `${open}${joinTexts(lines, `,\n${' '.repeat(indent + 1)}`)}${close}`;
}

/** A long text as several literals, one per line. */
function formatText(text: string, indent: number, allowance: number, depth: number): string {
  const lines = splitLines(text, true);
  const isTop = depth === 0;
  const left = isTop ? indent + 1 : indent;
  const room = isTop ? allowance + 1 : allowance;
  const chunks: string[] = [];
  lines.forEach((line, index) => {
    const isLastLine = index === lines.length - 1;
    const width = WIDTH - left - (isLastLine ? room : 0);
    const shown = repr(line);
    if (codePointLength(shown) <= WIDTH - left - (isLastLine ? room : 0)) chunks.push(shown);
    else chunks.push(...splitLong(line, WIDTH - left, width));
  });
  if (chunks.length === 1) return chunks[0] ?? repr(text);
  const body = joinTexts(chunks, `\n${' '.repeat(left)}`);
  return isTop ? `(${body})` : body;
}

function splitLong(line: string, width: number, lastWidth: number): string[] {
  const parts = line.match(/\S*\s*/g)?.filter((part) => part !== '') ?? [];
  const chunks: string[] = [];
  let current = '';
  parts.forEach((part, index) => {
    const candidate = current + part;
    const limit = index === parts.length - 1 ? lastWidth : width;
    if (codePointLength(repr(candidate)) > limit) {
      if (current !== '') chunks.push(repr(current));
      current = part;
    } else {
      current = candidate;
    }
  });
  if (current !== '') chunks.push(repr(current));
  return chunks;
}

/** The result of `groupby` is a tuple with its own `repr`, which is used. */
function isPlainTuple(value: Value): value is PyTuple {
  return value instanceof PyTuple && !(value instanceof GroupTuple);
}

function safeRepr(value: Value, depth: number): string {
  spend();
  if (depth > maximumDepth()) return repr(value);
  if (value instanceof PyDict) {
    const pairs = sorted(value).map(
      ([key, item]) => `${safeRepr(key, depth + 1)}: ${safeRepr(item, depth + 1)}`,
    );
    return `{${joinTexts(pairs, ', ')}}`;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => safeRepr(item, depth + 1));
    return `[${joinTexts(items, ', ')}]`;
  }
  if (!isPlainTuple(value)) return repr(value);
  const items = value.items.map((item) => safeRepr(item, depth + 1));
  return `(${joinTexts(items, ', ')}${items.length === 1 ? ',' : ''})`;
}

/** By key; keys that cannot be compared, by the names of their types. */
function sorted(dict: PyDict): (readonly [Value, Value])[] {
  return [...dict.entries()].sort(([a], [b]) => {
    try {
      return order(a, b, '<');
    } catch (error) {
      if (!(error instanceof Raised) || error.pythonClass !== 'TypeError') throw error;
      return typeName(a) < typeName(b) ? -1 : typeName(a) > typeName(b) ? 1 : 0;
    }
  });
}

export const pprintFilters: readonly [string, Filter][] = [
  ['pprint', filter('pprint', 'value', ([value = null]) => format(value, 0, 0, 0))],
];
