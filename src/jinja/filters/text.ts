import { Raised, typeError, valueError } from '../errors.js';
import { percentFormat } from '../format/percent.js';
import { NAME_CHARACTER } from '../lexer/characters.js';
import { WHITESPACE_CLASS } from '../lexer/whitespace.js';
import { reserveText, spend } from '../limits.js';
import { splitLines } from '../methods/case.js';
import { findMethod } from '../methods/index.js';
import { needInt } from '../methods/method.js';
import { joinItems, replace } from '../methods/join.js';
import { splitRight } from '../methods/split.js';
import { add, modulo, multiply } from '../values/arithmetic.js';
import { order, textOf } from '../values/compare.js';
import { PyDict } from '../values/dict.js';
import { lengthOf } from '../values/length.js';
import { Markup } from '../values/markup.js';
import { str } from '../values/show.js';
import { charactersOf } from '../values/slice.js';
import { isTrue } from '../values/truth.js';
import { joinTexts } from '../values/join-texts.js';
import { PyTuple } from '../values/tuple.js';
import { NO_KEYWORDS, typeName, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { attributeGetter } from './attributes.js';
import { filter, filterError, type Filter } from './registry.js';
import { wrap } from './wrap.js';

/** Jinja2's `soft_str`: text is unchanged, everything else becomes a str. */
export function softText(value: Value | undefined): string | Markup {
  if (typeof value === 'string' || value instanceof Markup) return value;
  return str(value ?? null);
}

function plainText(value: Value | undefined): string {
  return str(value ?? null);
}

/** A filter that calls a method of the value as text. */
function byMethod(
  name: string,
  method: string,
  parameters: string,
  args: (given: readonly Value[]) => Value[],
): Filter {
  return filter(name, parameters, ([value, ...given]) => {
    const text = softText(value);
    const call = findMethod(text, method);
    if (call === undefined) throw new Error(`str has no ${method}`);
    const known = given.filter((item) => item !== undefined);
    return call(text, args(known), NO_KEYWORDS);
  });
}

const WORD_START = new RegExp(`([-(\\[{<${WHITESPACE_CLASS}]+)`, 'u');

function title(value: Value | undefined): string {
  return plainText(value)
    .split(WORD_START)
    .map((part) => {
      const [first = ''] = part;
      return first.toUpperCase() + part.slice(first.length).toLowerCase();
    })
    .join('');
}

function indent(args: readonly (Value | undefined)[]): Value {
  const [value = null, width = 4, first = false, blank = false] = args;
  const margin =
    typeof width === 'string' || width instanceof Markup ? str(width) : str(multiply(' ', width));
  // Python's `+=` adds the characters of a text to a list, which has no lines.
  if (Array.isArray(value)) throw new Raised('AttributeError', "'list' object has no attribute 'splitlines'");
  const text = add(value, '\n');
  const isMarkup = text instanceof Markup;
  if (!isMarkup && typeof text !== 'string')
    throw new Raised('AttributeError', `'${typeName(text)}' object has no attribute 'splitlines'`);
  const lines = splitLines(isMarkup ? text.text : text, false);
  reserveText(lines.length * (margin.length + 1));
  const shown = isTrue(blank)
    ? lines.join(`\n${margin}`)
    : lines.map((line, index) => (index > 0 && line !== '' ? margin + line : line)).join('\n');
  const result = isTrue(first) ? margin + shown : shown;
  reserveText(result.length);
  return isMarkup ? new Markup(result) : result;
}

function truncate(args: readonly (Value | undefined)[]): Value {
  const [value = null, length = 255, killWords = false, end = '...', leeway = null] = args;
  const slack = leeway ?? 5;
  if (order(length, lengthOf(end), '>=') < 0) {
    throw new Raised('AssertionError', `expected length >= ${lengthOf(end)}, got ${str(length)}`);
  }
  if (order(slack, 0, '>=') < 0)
    throw new Raised('AssertionError', `expected leeway >= 0, got ${str(slack)}`);
  if (order(lengthOf(value), add(length, slack), '<=') <= 0) return value;
  const kept = needInt(length, 255) - lengthOf(end);
  const text = textOf(value);
  if (text === undefined) {
    const name = typeName(value);
    if (value instanceof PyDict || isTrue(killWords)) throw typeError(`a ${name} cannot be truncated`);
    throw new Raised('AttributeError', `'${name}' object has no attribute 'rsplit'`);
  }
  const cut = charactersOf(text).slice(0, kept).join('');
  const short = isTrue(killWords) ? cut : (splitRight(cut, ' ', 1)[0] ?? '');
  return add(value instanceof Markup ? new Markup(str(short)) : short, end);
}

function join(args: readonly (Value | undefined)[]): Value {
  const [items = null, separator = '', attribute = null] = args;
  const get = attribute === null ? null : attributeGetter(attribute);
  return joinItems(str(separator), items, (item) => str(get === null ? item : get(item)));
}

const WORDS = new RegExp(`${NAME_CHARACTER}+`, 'gu');

const format: Filter = (args, keywords) => {
  const [value, ...rest] = args;
  if (rest.length > 0 && keywords.size > 0) {
    throw filterError("can't handle positional and keyword arguments at the same time");
  }
  const values = keywords.size > 0 ? PyDict.from(keywords) : new PyTuple(rest);
  const text = softText(value);
  return typeof text === 'string' ? percentFormat(text, values) : modulo(text, values);
};

const XML_KEY = /[\s/>=]/;

function xmlAttributes(args: readonly (Value | undefined)[], escape: (value: Value) => string): string {
  const [attributes = null, autospace = true] = args;
  if (!(attributes instanceof PyDict)) {
    if (attributes instanceof Undefined) throw attributes.failure();
    throw new Raised('AttributeError', `'${typeName(attributes)}' object has no attribute 'items'`);
  }
  const parts: string[] = [];
  for (const [key, value] of attributes.entries()) {
    if (value === null || value instanceof Undefined) continue;
    const name = textOf(key);
    if (name === undefined) throw typeError(`expected string or bytes-like object, got '${typeName(key)}'`);
    if (XML_KEY.test(name)) throw valueError(`Invalid character in attribute name: '${name}'`);
    parts.push(`${escape(key)}="${escape(value)}"`);
  }
  const text = parts.join(' ');
  return isTrue(autospace) && text !== '' ? ` ${text}` : text;
}

/** A value whose `join` can join lines. */
function needJoiner(value: Value): string {
  if (value instanceof Undefined) throw value.failure();
  const text = textOf(value);
  if (text === undefined)
    throw new Raised('AttributeError', `'${typeName(value)}' object has no attribute 'join'`);
  return text;
}

function wordwrap(args: readonly (Value | undefined)[]): Value {
  const [value = null, width = 79, breakLong = true, wrapString = null, breakHyphens = true] = args;
  const between = wrapString === null ? '\n' : needJoiner(wrapString);
  if (value instanceof Undefined) throw value.failure();
  const text = textOf(value);
  if (text === undefined)
    throw new Raised('AttributeError', `'${typeName(value)}' object has no attribute 'splitlines'`);
  const options = {
    width,
    breakLong: isTrue(breakLong),
    breakHyphens: isTrue(breakHyphens),
  };
  // Finding line breaks costs more than most other text operations.
  spend(text.length >> 2);
  const lines = splitLines(text, false).map((line) => joinTexts(wrap(line, options), between));
  const wrapped = joinTexts(lines, between);
  return wrapped;
}

export function textFilters(escape: (value: Value) => string): [string, Filter][] {
  const table: Record<string, Filter> = {
    capitalize: byMethod('capitalize', 'capitalize', 's', () => []),
    center: byMethod('center', 'center', 'value width?', ([width = 80]) => [width]),
    format,
    indent: filter('indent', 's width? first? blank?', indent),
    join: filter('join', 'value d? attribute?', join),
    lower: byMethod('lower', 'lower', 's', () => []),
    replace: filter('replace', 's old new count?', ([value, old, by, count = null]) =>
      replace(plainText(value), plainText(old), plainText(by), count === null ? -1 : needInt(count, -1)),
    ),
    string: filter('string', 's', ([value]) => softText(value)),
    title: filter('title', 's', ([value]) => title(value)),
    trim: byMethod('trim', 'strip', 'value chars?', (given) => [...given]),
    truncate: filter('truncate', 's length? killwords? end? leeway?', truncate),
    upper: byMethod('upper', 'upper', 's', () => []),
    wordcount: filter('wordcount', 's', ([value]) => plainText(value).match(WORDS)?.length ?? 0),
    wordwrap: filter('wordwrap', 's width? break_long_words? wrapstring? break_on_hyphens?', wordwrap),
    xmlattr: filter('xmlattr', 'd autospace?', (args) => xmlAttributes(args, escape)),
  };
  return Object.entries(table);
}
