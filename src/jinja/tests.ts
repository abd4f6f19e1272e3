import { typeError } from './errors.js';
import { bind, signature } from './runtime/bind.js';
import { TemplateModule } from './runtime/module.js';
import { filters } from './filters/registry.js';
import { modulo } from './values/arithmetic.js';
import { equals, order, textOf } from './values/compare.js';
import { contains } from './values/contains.js';
import { PyDict } from './values/dict.js';
import { PyFloat } from './values/float.js';
import { tryIterate } from './values/iterate.js';
import { Markup } from './values/markup.js';
import { asInt } from './values/number.js';
import { PyRange } from './values/range.js';
import { str } from './values/show.js';
import { isHashable } from './values/members.js';
import { PyTuple } from './values/tuple.js';
import { PyCallable, type Keywords, type Value } from './values/types.js';
import { Undefined } from './values/undefined.js';
import { weigh } from './values/weigh.js';
import { CHARACTER_TESTS } from './methods/character-tests.js';

/** A test: the first argument is the value under test. */
export type Test = (args: readonly Value[], keywords: Keywords) => Value;

function test(name: string, parameters: string, body: (args: readonly Value[]) => Value): Test {
  const of = signature(name, parameters);
  return (args, keywords) => {
    weigh(args);
    return body(bind(of, args, keywords).map((arg) => arg ?? null));
  };
}

function compare(operator: string, holds: (order: number) => boolean): Test {
  return test(operator, 'a b', ([a = null, b = null]) => holds(order(a, b, operator)));
}

function hasRemainder(name: string, remainder: number): Test {
  return test(name, 'value', ([value = null]) => equals(modulo(value, 2), remainder));
}

function isNumber(value: Value): boolean {
  return asInt(value) !== undefined || value instanceof PyFloat;
}

/** A value with a length and items by key: Jinja2 checks for `len` and `__getitem__`. */
function isSequence(value: Value): boolean {
  return (
    textOf(value) !== undefined ||
    Array.isArray(value) ||
    value instanceof PyTuple ||
    value instanceof PyDict ||
    value instanceof PyRange ||
    value instanceof Undefined
  );
}

/** Python's `is`: small ints and literals are one object, everything else is itself. */
function isSame(a: Value, b: Value): boolean {
  return a === b;
}

function isCallable(value: Value): boolean {
  return value instanceof PyCallable || value instanceof Undefined;
}

function named(table: ReadonlyMap<string, unknown>, value: Value): boolean {
  if (!isHashable(value)) throw typeError('unhashable type');
  return table.has(textOf(value) ?? '');
}

const equal = test('eq', 'a b', ([a = null, b = null]) => equals(a, b));
const notEqual = test('ne', 'a b', ([a = null, b = null]) => !equals(a, b));
const less = compare('<', (result) => result < 0);
const lessOrEqual = compare('<=', (result) => result <= 0);
const greater = compare('>', (result) => result > 0);
const greaterOrEqual = compare('>=', (result) => result >= 0);
const islower = CHARACTER_TESTS.get('islower') ?? (() => false);
const isupper = CHARACTER_TESTS.get('isupper') ?? (() => false);

/** Jinja2's tests by name. */
export const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['odd', hasRemainder('odd', 1)],
  ['even', hasRemainder('even', 0)],
  ['divisibleby', test('divisibleby', 'value num', ([a = null, b = null]) => equals(modulo(a, b), 0))],
  ['defined', test('defined', 'value', ([value = null]) => !(value instanceof Undefined))],
  ['undefined', test('undefined', 'value', ([value = null]) => value instanceof Undefined)],
  ['filter', test('filter', 'value', ([value = null]) => named(filters, value))],
  ['test', test('test', 'value', ([value = null]) => named(tests, value))],
  ['none', test('none', 'value', ([value = null]) => value === null)],
  ['boolean', test('boolean', 'value', ([value = null]) => typeof value === 'boolean')],
  ['false', test('false', 'value', ([value = null]) => value === false)],
  ['true', test('true', 'value', ([value = null]) => value === true)],
  [
    'integer',
    test('integer', 'value', ([value = null]) => typeof value === 'number' || typeof value === 'bigint'),
  ],
  ['float', test('float', 'value', ([value = null]) => value instanceof PyFloat)],
  ['lower', test('lower', 'value', ([value = null]) => islower(str(value)))],
  ['upper', test('upper', 'value', ([value = null]) => isupper(str(value)))],
  ['string', test('string', 'value', ([value = null]) => textOf(value) !== undefined)],
  ['mapping', test('mapping', 'value', ([value = null]) => value instanceof PyDict)],
  ['number', test('number', 'value', ([value = null]) => isNumber(value))],
  ['sequence', test('sequence', 'value', ([value = null]) => isSequence(value))],
  ['iterable', test('iterable', 'value', ([value = null]) => tryIterate(value) !== undefined)],
  ['callable', test('callable', 'value', ([value = null]) => isCallable(value))],
  ['sameas', test('sameas', 'value other', ([a = null, b = null]) => isSame(a, b))],
  [
    'escaped',
    test('escaped', 'value', ([value = null]) => value instanceof Markup || value instanceof TemplateModule),
  ],
  ['in', test('in', 'value seq', ([value = null, container = null]) => contains(container, value))],
  ['==', equal],
  ['eq', equal],
  ['equalto', equal],
  ['!=', notEqual],
  ['ne', notEqual],
  ['>', greater],
  ['gt', greater],
  ['greaterthan', greater],
  ['ge', greaterOrEqual],
  ['>=', greaterOrEqual],
  ['<', less],
  ['lt', less],
  ['lessthan', less],
  ['<=', lessOrEqual],
  ['le', lessOrEqual],
]);
