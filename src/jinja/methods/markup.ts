import { formatText } from '../format/str-format.js';
import { textOf } from '../values/compare.js';
import { eachItem } from '../values/iterate.js';
import { escapeText, Markup } from '../values/markup.js';
import { PyTuple } from '../values/tuple.js';
import type { Value } from '../values/types.js';
import { leftOut, type Method, type MethodTable } from './method.js';
import { STR_METHODS } from './str.js';

/** Methods of Markup that return Markup and escape their arguments. */
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
