import { Raised } from '../errors.js';
import { tests } from '../tests.js';
import { textOf } from '../values/compare.js';
import { eachItem } from '../values/iterate.js';
import { lazily } from '../values/iterator.js';
import { getAttribute } from '../values/members.js';
import { builtinAttribute } from '../methods/index.js';
import { isInternalAttribute } from '../values/dunders.js';
import { isTrue } from '../values/truth.js';
import { PyObject, type Keywords, type Value } from '../values/types.js';
import { repr } from '../values/show.js';
import { Undefined, undefinedMember } from '../values/undefined.js';
import type { Run } from '../runtime/context.js';
import { attributeGetter } from './attributes.js';
import { filter, filterError, filters, type Filter } from './registry.js';

function unknown(kind: string, name: Value, hint?: string): Raised {
  if (name instanceof Undefined) return name.failure();
  return new Raised('TemplateRuntimeError', `No ${kind} named ${repr(name)}.`, undefined, hint);
}

/** What `map` does to each item: get an attribute, or apply the named filter. */
function mapper(args: readonly Value[], keywords: Keywords, run: Run): (item: Value) => Value {
  if (args.length === 0 && keywords.has('attribute')) {
    const left = [...keywords.keys()].filter((key) => key !== 'attribute' && key !== 'default');
    if (left[0] !== undefined) throw filterError(`Unexpected keyword argument '${left[0]}'`);
    return attributeGetter(keywords.get('attribute') ?? null, { fallback: keywords.get('default') ?? null });
  }
  const [name, ...rest] = args;
  if (name === undefined) throw filterError('map requires a filter argument');
  return (item) => {
    const filterName = textOf(name) ?? '';
    const apply = filters.get(filterName);
    const missing = run.missingFilters.get(filterName);
    if (apply === undefined || missing !== undefined) throw unknown('filter', name, missing);
    return apply([item, ...rest], keywords, run);
  };
}

const map: Filter = ([value = null, ...args], keywords, run) =>
  lazily('generator', function* () {
    if (!isTrue(value)) return;
    const apply = mapper(args, keywords, run);
    for (const item of eachItem(value)) yield apply(item);
  });

/** Whether an item is selected: the named test holds for the item or for its attribute. */
function selector(
  args: readonly Value[],
  keywords: Keywords,
  byAttribute: boolean,
): (item: Value) => boolean {
  const [attribute] = args;
  if (byAttribute && attribute === undefined) throw filterError('Missing parameter for attribute name');
  const get = byAttribute ? attributeGetter(attribute ?? null) : (item: Value) => item;
  const [name, ...rest] = byAttribute ? args.slice(1) : args;
  if (name === undefined) return (item) => isTrue(get(item));
  return (item) => {
    const value = get(item);
    const test = tests.get(textOf(name) ?? '');
    if (test === undefined) throw unknown('test', name);
    return isTrue(test([value, ...rest], keywords));
  };
}

function select(wanted: boolean, byAttribute: boolean): Filter {
  return ([value = null, ...args], keywords) =>
    lazily('generator', function* () {
      if (!isTrue(value)) return;
      const isSelected = selector(args, keywords, byAttribute);
      for (const item of eachItem(value)) if (isSelected(item) === wanted) yield item;
    });
}

/** `x|attr('name')`: the attribute, never the item. */
const attr = filter('attr', 'obj name', ([object = null, name = null]) => {
  const text = textOf(name);
  if (text === undefined) throw new Raised('TypeError', 'attribute name must be string');
  const isInternal = isInternalAttribute(object, text);
  const hasBuiltin = !text.startsWith('_') && builtinAttribute(object, text) !== undefined;
  const hasOwn =
    !text.startsWith('_') &&
    object instanceof PyObject &&
    !(object instanceof Undefined) &&
    object.attribute?.(text) !== undefined;
  if (isInternal || hasBuiltin || hasOwn || object instanceof Undefined) return getAttribute(object, text);
  return undefinedMember(object, text, repr);
});

export const selectFilters: readonly [string, Filter][] = [
  ['attr', attr],
  ['map', map],
  ['reject', select(false, false)],
  ['rejectattr', select(false, true)],
  ['select', select(true, false)],
  ['selectattr', select(true, true)],
];
