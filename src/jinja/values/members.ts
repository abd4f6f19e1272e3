import { builtinAttribute } from '../methods/registry.js';
import { spend } from '../limits.js';
import { asInt } from './number.js';
import { PyDict } from './dict.js';
import { textOf } from './compare.js';
import { isInternalAttribute } from './dunders.js';
import { Markup } from './markup.js';
import { PyRange } from './range.js';
import { repr } from './show.js';
import { characterAt, itemAt, PySlice, slice } from './slice.js';
import { PyTuple } from './tuple.js';
import { PyObject, type Value, Subscriptable } from './types.js';
import { Undefined, undefinedMember, unsafeAttribute } from './undefined.js';

/** An attribute as Python's `getattr` in the sandbox: undefined when there is none. */
function attribute(target: Value, name: string): Value | undefined {
  if (name.startsWith('_')) {
    // Attributes with one underscore do not exist here; those with two are treated as by the sandbox.
    return isInternalAttribute(target, name) ? unsafeAttribute(target, name) : undefined;
  }
  const method = builtinAttribute(target, name);
  if (method !== undefined) return method;
  return target instanceof PyObject ? target.attribute?.(name) : undefined;
}

/** `target.name`: the attribute, else the item of that name, else undefined. */
export function getAttribute(target: Value, name: string): Value {
  if (target instanceof Undefined) return undefinedAttribute(target, name);
  const own = attribute(target, name);
  if (own !== undefined) return own;
  const item = itemByName(target, name);
  return item === undefined ? undefinedMember(target, name, repr) : item;
}

function undefinedAttribute(target: Undefined, name: string): Value {
  if (isInternalAttribute(target, name) || name.startsWith('_undefined_'))
    return unsafeAttribute(target, name);
  throw target.failure();
}

function itemByName(target: Value, name: string): Value | undefined {
  return target instanceof PyDict ? target.get(name) : lookup(target, name);
}

/** `target[key]`: the item, else the attribute of that name, else undefined. */
export function getItem(target: Value, key: Value): Value {
  if (target instanceof PyDict && typeof key === 'string') {
    const value = target.get(key);
    if (value !== undefined) return value;
  } else {
    const value = lookup(target, key);
    if (value !== undefined) return value;
  }
  const name = textOf(key);
  if (name !== undefined) {
    const value = attribute(target, name);
    if (value !== undefined) return value;
  }
  return undefinedMember(target, key, repr);
}

/** Python's `target[key]`, or undefined where Python raises TypeError or LookupError. */
function lookup(target: Value, key: Value): Value | undefined {
  if (target instanceof Undefined) throw target.failure();
  if (key instanceof PySlice) return sliceOrNothing(target, key);
  if (target instanceof PyDict) return isHashable(key) ? target.get(key) : undefined;
  if (
    target instanceof PyObject &&
    !(target instanceof PyTuple || target instanceof PyRange || target instanceof Markup)
  ) {
    return itemOf(target, key);
  }
  const index = asInt(key);
  if (index === undefined) return undefined;
  if (typeof target === 'string') return characterAt(target, index);
  if (Array.isArray(target)) return itemAt(target, index);
  if (target instanceof PyTuple) return itemAt(target.items, index);
  if (target instanceof Markup) return markupAt(target, index);
  return target instanceof PyRange ? rangeItem(target, Number(index)) : undefined;
}

function itemOf(target: PyObject, key: Value): Value | undefined {
  return target instanceof Subscriptable ? target.item(key) : undefined;
}

function markupAt(target: Markup, index: number | bigint): Markup | undefined {
  const character = characterAt(target.text, index);
  return character === undefined ? undefined : new Markup(character);
}

function rangeItem(range: PyRange, index: number): number | bigint | undefined {
  const place = index < 0 ? index + range.count : index;
  return place >= 0 && place < range.count ? range.at(place) : undefined;
}

function sliceOrNothing(target: Value, bounds: PySlice): Value | undefined {
  const isSequence =
    typeof target === 'string' ||
    Array.isArray(target) ||
    target instanceof PyTuple ||
    target instanceof PyRange ||
    target instanceof Markup;
  return isSequence ? slice(target, bounds) : undefined;
}

export function isHashable(value: Value): boolean {
  if (value instanceof PyTuple) {
    spend(value.items.length);
    return value.items.every(isHashable);
  }
  if (Array.isArray(value) || value instanceof PyDict) return false;
  return !(value instanceof PyObject) || !['slice', 'dict_keys', 'dict_items'].includes(value.typeName);
}
