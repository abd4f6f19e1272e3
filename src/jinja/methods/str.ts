import { typeError } from '../errors.js';
import { formatText } from '../format/str-format.js';
import { textOf } from '../values/compare.js';
import { PyDict } from '../values/dict.js';
import { typeName, type Value } from '../values/types.js';
import { capitalize, isTitle, splitLines, swapCase, title } from './case.js';
import { CHARACTER_TESTS } from './character-tests.js';
import { joinItems, needItemText, replace } from './join.js';
import { leftOut, needFlag, needInt, needText, table, type Method, type MethodTable } from './method.js';
import { center, expandTabs, padding, strip, zeroFill } from './pad.js';
import { affix, countOf, find, needFound, partition } from './search.js';
import { splitLeft, splitRight } from './split.js';

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
  splitlines: ['named keepends?', (text, [keep]) => splitLines(text, needFlag(keep))],
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
  ...table<Value>(
    'str',
    Object.fromEntries(
      Array.from(CHARACTER_TESTS, ([name, test]) => [
        name,
        ['', (self: Value) => test(textOf(self) ?? '')] as const,
      ]),
    ),
  ),
  ['format', format],
  ['format_map', formatMap],
  ...leftOut('str', 'encode maketrans translate'),
]);
