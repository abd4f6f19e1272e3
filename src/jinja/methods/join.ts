import { typeError } from '../errors.js';
import { reserveText, spend } from '../limits.js';
import { textOf } from '../values/compare.js';
import { splitText } from '../values/find-text.js';
import { eachItem, tryIterate } from '../values/iterate.js';
import { typeName, type Value } from '../values/types.js';

/** Python's `str.replace`; `count` below zero replaces all. */
export function replace(text: string, old: string, by: string, count: number): string {
  if (count === 0) return text;
  if (old === '') return interleave(text, by, count);
  const parts = splitText(text, old);
  const replaced = count < 0 ? parts.length - 1 : Math.min(count, parts.length - 1);
  reserveText(text.length + replaced * (by.length - old.length));
  if (replaced === parts.length - 1) return parts.join(by);
  return [parts.slice(0, replaced + 1).join(by), ...parts.slice(replaced + 1)].join(old);
}

function interleave(text: string, by: string, count: number): string {
  const characters = Array.from(text);
  const places = count < 0 ? characters.length + 1 : Math.min(count, characters.length + 1);
  reserveText(text.length + places * by.length);
  let result = '';
  characters.forEach((character, index) => {
    result += (index < places ? by : '') + character;
  });
  return places > characters.length ? result + by : result;
}

/** Python's `str.join`. */
export function joinItems(
  separator: string,
  items: Value,
  convert: (item: Value, index: number) => string,
): string {
  if (tryIterate(items) === undefined) throw typeError('can only join an iterable');
  const parts: string[] = [];
  let length = 0;
  if (Array.isArray(items)) spend(items.length);
  for (const item of Array.isArray(items) ? items : eachItem(items)) {
    const part = convert(item, parts.length);
    length += part.length + separator.length;
    if (length > 1_000_000) reserveText(length);
    parts.push(part);
  }
  reserveText(length);
  return parts.join(separator);
}

/** An item that `join` accepts: a str. */
export function needItemText(item: Value, index: number): string {
  const text = textOf(item);
  if (text === undefined) {
    throw typeError(`sequence item ${index}: expected str instance, ${typeName(item)} found`);
  }
  return text;
}
