import { reserveItems, reserveText, spend } from '../limits.js';
import { PyDict } from './dict.js';
import { Markup } from './markup.js';
import { PyTuple } from './tuple.js';
import type { Value } from './types.js';

/** Smaller values are covered by the cost of the call. */
const LIGHT = 256;

/** Charges a built-in for reading large values, so that the clock is checked often enough while it works. */
export function weigh(values: readonly (Value | undefined)[]): void {
  for (const value of values) {
    if (typeof value === 'string') {
      if (value.length > LIGHT) spend(value.length >> 8);
    } else if (typeof value === 'object' && value !== null) {
      weighObject(value);
    }
  }
}

function weighObject(value: Value & object): void {
  if (Array.isArray(value)) spend(value.length >> 6);
  else if (value instanceof PyTuple) spend(value.items.length >> 6);
  else if (value instanceof PyDict) spend(value.size >> 4);
  else if (value instanceof Markup) spend(value.text.length >> 8);
}

/** Charges for the memory that a built-in allocated. */
export function weighResult<T extends Value>(value: T): T {
  if (typeof value === 'string') reserveText(value.length);
  else if (typeof value === 'object' && value !== null) reserveObject(value);
  return value;
}

function reserveObject(value: Value & object): void {
  if (Array.isArray(value)) reserveItems(value.length);
  else if (value instanceof PyTuple) reserveItems(value.items.length);
  else if (value instanceof PyDict) spend(value.size);
  else if (value instanceof Markup) reserveText(value.text.length);
}
