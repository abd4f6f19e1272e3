import { typeError } from '../errors.js';
import { equals, textOf, viewContains } from './compare.js';
import { DictView, PyDict } from './dict.js';
import { indexOfText } from './find-text.js';
import { eachItem, tryIterate } from './iterate.js';
import { typeName, type Value } from './types.js';

/** Python's `item in container`. */
export function contains(container: Value, item: Value): boolean {
  if (container instanceof PyDict) return container.has(item);
  if (container instanceof DictView && container.kind !== 'values') return viewContains(container, item);
  const text = textOf(container);
  if (text !== undefined) {
    const part = textOf(item);
    if (part === undefined) {
      throw typeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    }
    return indexOfText(text, part) !== -1;
  }
  if (tryIterate(container) === undefined) {
    throw typeError(`argument of type '${typeName(container)}' is not iterable`);
  }
  for (const candidate of eachItem(container)) if (candidate === item || equals(candidate, item)) return true;
  return false;
}
