import { typeError, valueError } from '../errors.js';
import { formatText } from '../format/str-format.js';
import { reserveText, spend } from '../limits.js';
import { isWhitespace } from '../lexer/whitespace.js';
import { textOf } from '../values/compare.js';
import { PyDict } from '../values/dict.js';
import { eachItem, tryIterate } from '../values/iterate.js';
import { codePointLength, escapeText, Markup } from '../values/markup.js';
import { isTrue } from '../values/truth.js';
import { PyTuple } from '../values/tuple.js';
import { typeName, type Value } from '../values/types.js';
import { capitalize, isTitle, splitLines, swapCase, title } from './case.js';
import { CHARACTER_TESTS } from './character-tests.js';
import { leftOut, needIndex, needInt, needText, table, type Method, type MethodTable } from './method.js';
import { splitLeft, splitRight } from './split.js';

type Side = 'left' | 'right' | 'both';

/** Python's `strip` and its halves. */
function strip(text: string, characters: Value | undefined, side: Side): string {
  const set =
    characters === undefined || characters === null ? null : new Set(needText(characters, 'strip arg'));
  const units = set === null ? text : Array.from(text);
  const isCut = (index: number) =>
    set === null ? isWhitespace(text.charCodeAt(index)) : set.has(units[index] ?? '');
  let start = 0;
  let end = units.length;
  if (side !== 'right') while (start < end && isCut(start)) start++;
  if (side !== 'left') while (end > start && isCut(end - 1)) end--;
  return typeof units === 'string' ? units.slice(start, end) : units.slice(start, end).join('');
}

function padding(args: readonly (Value | undefined)[], text: string): { fill: string; missing: number } {
  const width = needInt(args[0], 0);
  const fill = args[1] === undefined ? ' ' : needText(args[1], 'The fill character');
  if (codePointLength(fill) !== 1) throw typeError('The fill character must be exactly one character long');
  const missing = Math.max(0, width - codePointLength(text));
  reserveText(text.length + missing);
  return { fill, missing };
}

/** Python's `str.center`: an odd space goes left when the width is odd. */
function center(text: string, args: readonly (Value | undefined)[]): string {
  const { fill, missing } = padding(args, text);
  const width = missing + codePointLength(text);
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** The part of the text between two code-point indexes, and where it starts. */
function window(
  text: string,
  start: Value | undefined,
  stop: Value | undefined,
): { part: string; offset: number } | null {
  const characters = Array.from(text);
  const { length } = characters;
  const from = Math.max(0, place(needIndex(start, 0), length));
  const to = Math.min(length, Math.max(0, place(needIndex(stop, length), length)));
  if (from > to) return null;
  return {
    part: characters.length === text.length ? text.slice(from, to) : characters.slice(from, to).join(''),
    offset: from,
  };
}

function place(index: number, length: number): number {
  return index < 0 ? index + length : index;
}

function find(text: string, args: readonly (Value | undefined)[], isLast: boolean): number {
  const wanted = needText(args[0], 'must be str');
  const within = window(text, args[1], args[2]);
  if (within === null) return -1;
  const index = isLast ? within.part.lastIndexOf(wanted) : within.part.indexOf(wanted);
  return index === -1 ? -1 : within.offset + codePointLength(within.part.slice(0, index));
}

function needFound(index: number): number {
  if (index === -1) throw valueError('substring not found');
  return index;
}

function countOf(text: string, args: readonly (Value | undefined)[]): number {
  const wanted = needText(args[0], 'must be str');
  const within = window(text, args[1], args[2]);
  if (within === null) return 0;
  return wanted === '' ? codePointLength(within.part) + 1 : within.part.split(wanted).length - 1;
}

function affix(text: string, args: readonly (Value | undefined)[], name: string): boolean {
  const [wanted = null] = args;
  const options = wanted instanceof PyTuple ? wanted.items : [wanted];
  const texts = options.map((option) => {
    const part = textOf(option);
    if (part === undefined) {
      throw typeError(`${name} first arg must be str or a tuple of str, not ${typeName(option)}`);
    }
    return part;
  });
  const within = window(text, args[1], args[2]);
  if (within === null) return false;
  return texts.some((part) =>
    name === 'startswith' ? within.part.startsWith(part) : within.part.endsWith(part),
  );
}

/** Python's `str.replace`; `count` below zero replaces all. */
export function replace(text: string, old: string, by: string, count: number): string {
  if (count === 0) return text;
  if (old === '') return interleave(text, by, count);
  const parts = text.split(old);
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

function needItemText(item: Value, index: number): string {
  const text = textOf(item);
  if (text === undefined) {
    throw typeError(`sequence item ${index}: expected str instance, ${typeName(item)} found`);
  }
  return text;
}

function partition(text: string, separator: Value | undefined, isLast: boolean): PyTuple {
  const wanted = needText(separator, 'must be str');
  if (wanted === '') throw valueError('empty separator');
  const index = isLast ? text.lastIndexOf(wanted) : text.indexOf(wanted);
  if (index === -1) return new PyTuple(isLast ? ['', '', text] : [text, '', '']);
  return new PyTuple([text.slice(0, index), wanted, text.slice(index + wanted.length)]);
}

function expandTabs(text: string, size: number): string {
  let column = 0;
  let result = '';
  for (const character of text) {
    if (character === '\t') {
      const spaces = size > 0 ? size - (column % size) : 0;
      reserveText(spaces);
      result += ' '.repeat(spaces);
      column += spaces;
    } else {
      result += character;
      column = character === '\n' || character === '\r' ? 0 : column + 1;
    }
  }
  return result;
}

function zeroFill(text: string, width: number): string {
  const missing = width - codePointLength(text);
  if (missing <= 0) return text;
  reserveText(text.length + missing);
  const hasSign = text.startsWith('+') || text.startsWith('-');
  return hasSign ? text.charAt(0) + '0'.repeat(missing) + text.slice(1) : '0'.repeat(missing) + text;
}

const plain = table<string>('str', {
  capitalize: ['', capitalize],
  casefold: ['', (text) => text.replaceAll('ß', 'ss').toLowerCase().replaceAll('ς', 'σ')],
  center: ['width fillchar?', center],
  count: ['sub start? end?', countOf],
  endswith: ['suffix start? end?', (text, args) => affix(text, args, 'endswith')],
  expandtabs: ['named tabsize?', (text, [size]) => expandTabs(text, needInt(size, 8))],
  find: ['sub start? end?', (text, args) => find(text, args, false)],
  index: ['sub start? end?', (text, args) => needFound(find(text, args, false))],
  join: ['iterable', (text, [items = null]) => joinItems(text, items, needItemText)],
  ljust: [
    'width fillchar?',
    (text, args) => {
      const { fill, missing } = padding(args, text);
      return text + fill.repeat(missing);
    },
  ],
  lower: ['', (text) => text.toLowerCase()],
  lstrip: ['chars?', (text, [characters]) => strip(text, characters, 'left')],
  partition: ['sep', (text, [separator]) => partition(text, separator, false)],
  removeprefix: [
    'prefix',
    (text, [prefix]) => {
      const part = needText(prefix, 'removeprefix() argument');
      return text.startsWith(part) ? text.slice(part.length) : text;
    },
  ],
  removesuffix: [
    'suffix',
    (text, [suffix]) => {
      const part = needText(suffix, 'removesuffix() argument');
      return part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text;
    },
  ],
  replace: [
    'old new count?',
    (text, [old, by, count]) =>
      replace(
        text,
        needText(old, 'replace() argument 1'),
        needText(by, 'replace() argument 2'),
        needInt(count, -1),
      ),
  ],
  rfind: ['sub start? end?', (text, args) => find(text, args, true)],
  rindex: ['sub start? end?', (text, args) => needFound(find(text, args, true))],
  rjust: [
    'width fillchar?',
    (text, args) => {
      const { fill, missing } = padding(args, text);
      return fill.repeat(missing) + text;
    },
  ],
  rpartition: ['sep', (text, [separator]) => partition(text, separator, true)],
  rsplit: [
    'named sep? maxsplit?',
    (text, [separator, most]) => splitRight(text, separator, needInt(most, -1)),
  ],
  rstrip: ['chars?', (text, [characters]) => strip(text, characters, 'right')],
  split: ['named sep? maxsplit?', (text, [separator, most]) => splitLeft(text, separator, needInt(most, -1))],
  splitlines: ['named keepends?', (text, [keep = false]) => splitLines(text, isTrue(keep))],
  startswith: ['prefix start? end?', (text, args) => affix(text, args, 'startswith')],
  strip: ['chars?', (text, [characters]) => strip(text, characters, 'both')],
  swapcase: ['', swapCase],
  title: ['', title],
  upper: ['', (text) => text.toUpperCase()],
  zfill: ['width', (text, [width]) => zeroFill(text, needInt(width, 0))],
  istitle: ['', isTitle],
});

const format: Method = (self, args, keywords) =>
  formatText(textOf(self) ?? '', args, (name) => keywords.get(name));

const formatMap: Method = (self, args, keywords) => {
  if (keywords.size > 0) throw typeError('format_map() takes no keyword arguments');
  const [mapping] = args;
  if (mapping === undefined || args.length !== 1) {
    throw typeError(`format_map() takes exactly one argument (${args.length} given)`);
  }
  return formatText(textOf(self) ?? '', [], (name) => {
    if (mapping instanceof PyDict) return mapping.get(name);
    throw typeError(`'${typeName(mapping)}' object is not subscriptable`);
  });
};

export const STR_METHODS: MethodTable = new Map([
  ...plain,
  ...[...CHARACTER_TESTS].map(
    ([name, test]) => [name, (self: Value) => test(textOf(self) ?? '')] as [string, Method],
  ),
  ['format', format],
  ['format_map', formatMap],
  ...leftOut('str', 'encode maketrans translate'),
]);

/** Methods of Markup that give Markup, and escape the text they are given. */
const MARKUP_KEEPS: ReadonlySet<string> = new Set(
  (
    'capitalize title lower upper replace ljust rjust lstrip rstrip center strip expandtabs swapcase zfill ' +
    'split rsplit splitlines join partition rpartition'
  ).split(' '),
);

function escaped(value: Value): Value {
  if (typeof value === 'string') return escapeText(value);
  if (value instanceof Markup) return value.text;
  return Array.isArray(value) ? value.map(escaped) : value;
}

function marked(value: Value): Value {
  if (typeof value === 'string') return new Markup(value);
  if (Array.isArray(value)) return value.map(marked);
  return value instanceof PyTuple ? new PyTuple(value.items.map(marked)) : value;
}

function onMarkup(name: string, method: Method): Method {
  if (!MARKUP_KEEPS.has(name)) return (self, args, keywords) => method(textOf(self) ?? '', args, keywords);
  return (self, args, keywords) => {
    const items = name === 'join' ? [[...eachItem(args[0] ?? null)].map(escaped)] : args.map(escaped);
    return marked(method(textOf(self) ?? '', items, keywords));
  };
}

export const MARKUP_METHODS: MethodTable = new Map<string, Method>([
  ...[...STR_METHODS].map(([name, method]) => [name, onMarkup(name, method)] as const),
  [
    'format',
    (self, args, keywords) =>
      new Markup(formatText(textOf(self) ?? '', args, (name) => keywords.get(name), escapeText)),
  ],
  ...leftOut('Markup', 'format_map unescape striptags escape casefold'),
]);
