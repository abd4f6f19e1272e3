import { limitError, typeError } from '../errors.js';
import { maximumDepth, spend } from '../limits.js';
import { DictView, PyDict } from './dict.js';
import { PyFloat } from './float.js';
import { Markup } from './markup.js';
import { PyRange } from './range.js';
import { PyTuple } from './tuple.js';
import { typeName, type Value } from './types.js';
import { Undefined } from './undefined.js';

/** The nesting depth of the containers being compared. */
let depth = 0;

function nested<T>(compare: () => T): T {
  if (depth >= maximumDepth()) {
    throw limitError('values are nested too deeply to be compared', undefined, 'RecursionError');
  }
  depth++;
  try {
    return compare();
  } finally {
    depth--;
  }
}

/** Python's `==`. */
export function equals(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    if (a.length > 4096 && a.length === b.length) spend(a.length >> 11);
    return a === b;
  }
  if (a === b) return !(a instanceof PyFloat && Number.isNaN(a.value));
  const x = numberOf(a);
  if (x !== undefined) {
    const y = numberOf(b);
    return y !== undefined && sameNumber(x, y);
  }
  if (typeof a !== 'object' || a === null || typeof b === 'number') return textEquals(a, b);
  return objectsEqual(a, b);
}

/** Items compare as Python's containers do: the same object is equal, even a nan. */
function itemsEqual(a: Value, b: Value): boolean {
  return a === b || equals(a, b);
}

function textEquals(a: Value, b: Value): boolean {
  return textOf(a) !== undefined && textOf(a) === textOf(b);
}

function objectsEqual(a: Value, b: Value): boolean {
  spend();
  return nested(() => containersEqual(a, b));
}

function containersEqual(a: Value, b: Value): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && listsEqual(a, b);
  if (a instanceof PyTuple) return b instanceof PyTuple && listsEqual(a.items, b.items);
  if (a instanceof PyDict) return b instanceof PyDict && dictsEqual(a, b);
  if (a instanceof Markup) return textEquals(a, b);
  if (a instanceof Undefined) return b instanceof Undefined;
  if (a instanceof PyRange) return b instanceof PyRange && rangesEqual(a, b);
  if (a instanceof DictView) return b instanceof DictView && viewsEqual(a, b);
  return false;
}

function viewsEqual(a: DictView, b: DictView): boolean {
  return isSet(a) && isSet(b) && a.dict.size === b.dict.size && isWithin(a, b);
}

/** Views of keys and of items are sets; a view of values is not. */
function isSet(value: Value): value is DictView {
  return value instanceof DictView && value.kind !== 'values';
}

function isWithin(inner: DictView, outer: DictView): boolean {
  spend(inner.dict.size);
  for (const item of inner.iterate()) if (!viewContains(outer, item)) return false;
  return true;
}

/** Views of keys and items look the key up, so it must be hashable. */
export function viewContains({ dict, kind }: DictView, item: Value): boolean {
  if (kind === 'keys') return dict.has(item);
  if (!(item instanceof PyTuple)) return false;
  const [key, value, ...rest] = item.items;
  if (key === undefined || value === undefined || rest.length > 0) return false;
  const found = dict.get(key);
  return found !== undefined && itemsEqual(found, value);
}

/** Sets are ordered by inclusion: negative, zero or positive, or NaN if neither contains the other. */
function orderViews(a: DictView, b: DictView, operator: string): number {
  const [inner, outer] = operator.startsWith('<') ? [a, b] : [b, a];
  if (inner.dict.size > outer.dict.size) return Number.NaN;
  if (inner.dict.size === outer.dict.size && operator.length === 1) return Number.NaN;
  if (!isWithin(inner, outer)) return Number.NaN;
  return inner.dict.size === outer.dict.size ? 0 : inner === a ? -1 : 1;
}

function rangesEqual(a: PyRange, b: PyRange): boolean {
  if (a.count !== b.count || a.count === 0) return a.count === b.count;
  return a.start === b.start && (a.count === 1 || a.step === b.step);
}

function listsEqual(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false;
  spend(a.length);
  return a.every((item, index) => {
    const other = b[index];
    return other !== undefined && itemsEqual(item, other);
  });
}

function dictsEqual(a: PyDict, b: PyDict): boolean {
  if (a.size !== b.size) return false;
  spend(a.size);
  for (const [key, value] of a.entries()) {
    const other = b.get(key);
    if (other === undefined || !itemsEqual(value, other)) return false;
  }
  return true;
}

/** The number a value counts as: an int, a bool, or a float in its box. */
function numberOf(value: Value): number | bigint | PyFloat | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof PyFloat ? value : undefined;
}

function sameNumber(a: number | bigint | PyFloat, b: number | bigint | PyFloat): boolean {
  // JavaScript compares a bigint and a double by their mathematical values, as Python does.
  return unboxed(a) == unboxed(b);
}

function unboxed(value: number | bigint | PyFloat): number | bigint {
  return value instanceof PyFloat ? value.value : value;
}

export function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Markup ? value.text : undefined;
}

/**
 * Python's ordering: negative, zero or positive; NaN if a nan is involved, so that no comparison holds.
 * Raises TypeError for values without an order, naming `operator`.
 */
export function order(a: Value, b: Value, operator: string): number {
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== undefined && y !== undefined) return orderNumbers(unboxed(x), unboxed(y));
  const s = textOf(a);
  const t = textOf(b);
  if (s !== undefined && t !== undefined) return orderTexts(s, t);
  if (Array.isArray(a) && Array.isArray(b)) return orderLists(a, b, operator);
  if (a instanceof PyTuple && b instanceof PyTuple) return orderLists(a.items, b.items, operator);
  if (isSet(a) && isSet(b)) return orderViews(a, b, operator);
  if (a instanceof Undefined) throw a.failure();
  if (b instanceof Undefined) throw b.failure();
  throw typeError(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

function orderNumbers(x: number | bigint, y: number | bigint): number {
  if (x < y) return -1;
  if (x > y) return 1;
  return x == y ? 0 : Number.NaN;
}

/** By code points: UTF-16 units order surrogate pairs below some single units. */
function orderTexts(s: string, t: string): number {
  const end = Math.min(s.length, t.length);
  if (end > 4096) spend(end >> 8);
  if (s === t) return 0;
  let index = 0;
  while (index < end && s.charCodeAt(index) === t.charCodeAt(index)) index++;
  if (index === end) return s.length - t.length;
  const a = s.charCodeAt(index);
  const b = t.charCodeAt(index);
  if (a >= 0xd800 && b >= 0xd800) return rank(a) - rank(b);
  return a - b;
}

/** Surrogates stand for code points above the whole BMP. */
function rank(unit: number): number {
  return unit <= 0xdfff ? unit + 0x10000 : unit;
}

function orderLists(a: readonly Value[], b: readonly Value[], operator: string): number {
  spend(Math.min(a.length, b.length));
  return nested(() => orderItems(a, b, operator));
}

function orderItems(a: readonly Value[], b: readonly Value[], operator: string): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const x = a[index];
    const y = b[index];
    if (x !== undefined && y !== undefined && !itemsEqual(x, y)) return order(x, y, operator);
  }
  return a.length - b.length;
}
