import { typeError, valueError } from '../errors.js';
import { reserveItems, reserveText, spend } from '../limits.js';
import { toInt } from './integer.js';
import { asInt } from './number.js';
import { codePointLength, Markup } from './markup.js';
import { PyRange } from './range.js';
import { PyTuple } from './tuple.js';
import { notSubscriptable, PyObject, type Show, type Value } from './types.js';
import { Undefined } from './undefined.js';

/** A slice object; only `x[a:b, c]` creates one that a template can store. */
export class PySlice extends PyObject {
  readonly typeName = 'slice';

  constructor(
    readonly start: Value,
    readonly stop: Value,
    readonly step: Value,
  ) {
    super();
  }

  override repr(show: Show): string {
    return `slice(${show(this.start)}, ${show(this.stop)}, ${show(this.step)})`;
  }
}

/** Python's `value[start:stop:step]`. */
export function slice(value: Value, bounds: PySlice): Value {
  if (typeof value === 'string') return sliceText(value, bounds);
  if (Array.isArray(value)) return pick(value, bounds);
  if (value instanceof PyTuple) return new PyTuple(pick(value.items, bounds));
  if (value instanceof Markup) return new Markup(sliceText(value.text, bounds));
  if (value instanceof PyRange) return sliceRange(value, bounds);
  if (value instanceof Undefined) throw value.failure();
  if (value instanceof PyObject && value.typeName === 'dict') throw typeError(`unhashable type: 'slice'`);
  throw notSubscriptable(value);
}

function sliceText(text: string, bounds: PySlice): string {
  const step = stepOf(bounds);
  const isPlain = codePointLength(text) === text.length;
  const characters = isPlain ? text : charactersOf(text);
  const [start, stop] = clamp(bounds, characters.length, step);
  if (step === 1 && isPlain) return text.slice(start, Math.max(start, stop));
  reserveText(characters.length);
  let result = '';
  for (let index = start; step > 0 ? index < stop : index > stop; index += step)
    result += characters[index] ?? '';
  return result;
}

function pick(items: readonly Value[], bounds: PySlice): Value[] {
  const step = stepOf(bounds);
  const [start, stop] = clamp(bounds, items.length, step);
  reserveItems(items.length);
  if (step === 1) return items.slice(start, Math.max(start, stop));
  const result: Value[] = [];
  for (let index = start; step > 0 ? index < stop : index > stop; index += step) {
    const item = items[index];
    if (item !== undefined) result.push(item);
  }
  return result;
}

function sliceRange(range: PyRange, bounds: PySlice): PyRange {
  const step = stepOf(bounds);
  const [start, stop] = clamp(bounds, range.count, step);
  const exactStep = asInt(bounds.step) ?? step;
  return new PyRange(range.at(start), range.at(stop), toInt(BigInt(range.step) * BigInt(exactStep)));
}

function stepOf(bounds: PySlice): number {
  const step = bounds.step === null ? 1 : indexOf(bounds.step);
  if (step === 0) throw valueError('slice step cannot be zero');
  return step;
}

function indexOf(value: Value): number {
  const index = asInt(value);
  if (index !== undefined) return Math.max(-2147483648, Math.min(2147483647, Number(index)));
  throw typeError('slice indices must be integers or None or have an __index__ method');
}

/** Start and stop inside a sequence of `length` items, as Python's `slice.indices`. */
function clamp(bounds: PySlice, length: number, step: number): [number, number] {
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? length : length - 1;
  const inside = (value: Value, fallback: number) => {
    if (value === null) return fallback;
    const index = indexOf(value);
    return Math.min(high, Math.max(low, index < 0 ? index + length : index));
  };
  return [inside(bounds.start, step > 0 ? low : high), inside(bounds.stop, step > 0 ? high : low)];
}

/** The item at a Python index, or undefined when it is out of range. */
export function itemAt(items: readonly Value[], index: number | bigint): Value | undefined {
  const place = Number(index);
  return items[place < 0 ? place + items.length : place];
}

/** The character at a Python index, or undefined when it is out of range. */
export function characterAt(text: string, index: number | bigint): string | undefined {
  const isPlain = codePointLength(text) === text.length;
  const characters = isPlain ? text : charactersOf(text);
  const place = Number(index);
  return characters[place < 0 ? place + characters.length : place];
}

/** The code points of a text. */
export function charactersOf(text: string): string[] {
  if (text.length > 256) spend(text.length >> 7);
  return Array.from(text);
}
