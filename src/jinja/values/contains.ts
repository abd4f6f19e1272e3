import { typeError } from '../errors.js';
import { equals, textOf } from './compare.js';
import { DictView, PyDict } from './dict.js';
import { eachItem, tryIterate } from './iterate.js';
import { PyTuple } from './tuple.js';
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
    return text.includes(part);
  }
  if (tryIterate(container) === undefined) {
    throw typeError(`argument of type '${typeName(container)}' is not iterable`);
  }
  for (const candidate of eachItem(container)) if (candidate === item || equals(candidate, item)) return true;
  return false;
}

/** Views of keys and items look the key up, so that it has to be hashable. */
function viewContains({ dict, kind }: DictView, item: Value): boolean {
  if (kind === 'keys') return dict.has(item);
  if (!(item instanceof PyTuple)) return false;
  const [key, value, ...rest] = item.items;
  if (key === undefined || value === undefined || rest.length > 0) return false;
  const found = dict.get(key);
  return found !== undefined && (found === value || equals(found, value));
}
