import { DictView, PyDict } from '../values/dict.js';
import { PyFloat } from '../values/float.js';
import { Markup } from '../values/markup.js';
import { PyIterator } from '../values/iterator.js';
import { PyRange } from '../values/range.js';
import { PyTuple } from '../values/tuple.js';
import { BoundMethod, PyClass, type Value } from '../values/types.js';
import { DICT_METHODS } from './dict.js';
import { LIST_METHODS, TUPLE_METHODS } from './list.js';
import { leftOut, type Method, type MethodTable } from './method.js';
import { FLOAT_METHODS, INT_METHODS, numberAttribute } from './number.js';

const NONE: MethodTable = new Map();
/** Filled by index.ts, because `format` accesses attributes and so depends on this table. */
const textMethods = new Map<'str' | 'Markup', MethodTable>();
const ITERATOR_METHODS: MethodTable = new Map(leftOut('generator', 'send throw close'));
const VIEW_METHODS: MethodTable = new Map(leftOut('dict view', 'isdisjoint mapping'));
const RANGE_METHODS: MethodTable = new Map(leftOut('range', 'count index'));
const CLASS_METHODS: MethodTable = new Map(leftOut('type', 'mro fromkeys'));

/** Registers the methods of a text type. */
export function registerTextMethods(type: 'str' | 'Markup', table: MethodTable): void {
  textMethods.set(type, table);
}

/** The methods of the value's type; nothing else of it can be called. */
function methodsOf(value: Value): MethodTable {
  switch (typeof value) {
    case 'string':
      return textMethods.get('str') ?? NONE;
    case 'number':
    case 'bigint':
    case 'boolean':
      return INT_METHODS;
    default:
      if (value === null) return NONE;
      if (Array.isArray(value)) return LIST_METHODS;
      if (value instanceof PyDict) return DICT_METHODS;
      return rareMethods(value);
  }
}

function rareMethods(value: Value): MethodTable {
  if (value instanceof PyTuple) return TUPLE_METHODS;
  if (value instanceof Markup) return textMethods.get('Markup') ?? NONE;
  if (value instanceof PyFloat) return FLOAT_METHODS;
  if (value instanceof PyIterator) return ITERATOR_METHODS;
  if (value instanceof DictView) return VIEW_METHODS;
  if (value instanceof PyRange) return RANGE_METHODS;
  return value instanceof PyClass ? CLASS_METHODS : NONE;
}

/** The method that the value's type has under this name. */
export function findMethod(value: Value, name: string): Method | undefined {
  return methodsOf(value).get(name);
}

/** A method or other built-in attribute, as a template receives it if it does not call it immediately. */
export function builtinAttribute(value: Value, name: string): Value | undefined {
  const method = findMethod(value, name);
  if (method !== undefined) return new BoundMethod(name, (args, keywords) => method(value, args, keywords));
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  return isNumber || value instanceof PyFloat ? numberAttribute(value, name) : undefined;
}
