import { reserveText, spend } from '../limits.js';
import { textOf } from '../values/compare.js';
import { getItem } from '../values/members.js';
import type { Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';

/** `address.city.0` as the items to look up one after the other. */
function parts(attribute: Value): Value[] {
  if (attribute === null) return [];
  const text = textOf(attribute);
  if (text === undefined) return [attribute];
  return text.split('.').map((part) => (/^\p{Nd}+$/u.test(part) ? Number(part) : part));
}

type Getter = (item: Value) => Value;

/** Strings compare case-insensitively by default. */
export function ignoreCase(value: Value): Value {
  const text = textOf(value);
  if (text === undefined) return value;
  if (text.length > 256) reserveText(text.length);
  return text.toLowerCase();
}

/** Jinja2's `make_attrgetter`. */
export function attributeGetter(
  attribute: Value,
  options: { fallback?: Value; finish?: Getter } = {},
): Getter {
  const path = parts(attribute);
  const { fallback = null, finish } = options;
  return (item) => {
    let value = item;
    spend(path.length >> 2);
    for (const part of path) {
      value = getItem(value, part);
      if (fallback !== null && value instanceof Undefined) value = fallback;
    }
    return finish === undefined ? value : finish(value);
  };
}

/** Jinja2's `make_multi_attrgetter`: several attributes separated by commas, as a list. */
export function attributesGetter(attribute: Value, finish: Getter): Getter {
  const text = textOf(attribute);
  const paths = text === undefined ? [parts(attribute)] : text.split(',').map((part) => parts(part));
  return (item) =>
    paths.map((path) => {
      let value = item;
      spend(1 + (path.length >> 2));
      for (const part of path) value = getItem(value, part);
      return finish(value);
    });
}
