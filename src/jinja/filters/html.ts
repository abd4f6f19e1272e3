import { unsupportedError } from '../errors.js';
import { WHITESPACE_CLASS } from '../lexer/whitespace.js';
import { reserveText, spend } from '../limits.js';
import { TemplateModule } from '../runtime/module.js';
import { textOf } from '../values/compare.js';
import { PyDict } from '../values/dict.js';
import { eachItem, tryIterate } from '../values/iterate.js';
import { escapeText, Markup } from '../values/markup.js';
import { str } from '../values/show.js';
import type { Value } from '../values/types.js';
import { unpack } from '../runtime/loop.js';
import { filter, type Filter } from './registry.js';
import { softText } from './text.js';

/** An object's own HTML representation. */
function ownHtml(value: Value): string | undefined {
  if (value instanceof Markup) return value.text;
  return value instanceof TemplateModule ? value.str() : undefined;
}

/** markupsafe's `escape`. */
export function escape(value: Value): string {
  const own = ownHtml(value);
  if (own !== undefined) return own;
  const text = escapeText(str(value));
  reserveText(text.length);
  return text;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  raquo: '»',
  laquo: '«',
};

/** Python's `html.unescape` for numbers and the most common names. */
function unescape(text: string): string {
  return text.replace(
    /&(?:#(\d+|x[0-9a-f]+);?|([a-z][a-z0-9]*);?)/gi,
    (whole, code?: string, name?: string) => {
      if (code !== undefined) {
        const number = /^x/i.test(code) ? Number.parseInt(code.slice(1), 16) : Number(code);
        return number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff) || number === 0
          ? '\ufffd'
          : String.fromCodePoint(number);
      }
      const character = ENTITIES[name ?? ''];
      if (character !== undefined) return character;
      throw unsupportedError(
        `the entity ${whole} is not supported by striptags`,
        'Write the character itself.',
      );
    },
  );
}

function stripTags(value: Value): string {
  const html = ownHtml(value) ?? str(value);
  spend(html.length >> 4);
  const text = cutBetween(cutBetween(html, '<!--', '-->'), '<', '>');
  const words = text.split(new RegExp(`[${WHITESPACE_CLASS}]+`, 'u')).filter((word) => word !== '');
  return unescape(words.join(' '));
}

/** Removes the text between two marks, including the marks. */
function cutBetween(text: string, open: string, close: string): string {
  let result = '';
  let index = 0;
  while (true) {
    const start = text.indexOf(open, index);
    const end = start === -1 ? -1 : text.indexOf(close, start + open.length);
    if (end === -1) return result + text.slice(index);
    result += text.slice(index, start);
    index = end + close.length;
  }
}

/** Every byte in its URL form. */
const QUOTED: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9_.~/-]/.test(character)) return character;
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});
const QUOTED_FOR_QUERY = QUOTED.map((shown) => (shown === '/' ? '%2F' : shown === '%20' ? '+' : shown));

/** Python's `urllib.parse.quote` of UTF-8. */
function quote(value: Value, forQuery: boolean): string {
  const text = str(value);
  if (text.length > 256) spend(text.length >> 6);
  const bytes = Buffer.from(text, 'utf8');
  reserveText(bytes.length);
  const shown = forQuery ? QUOTED_FOR_QUERY : QUOTED;
  let result = '';
  for (const byte of bytes) result += shown[byte] ?? '';
  reserveText(result.length);
  return result;
}

function urlencode(value: Value): string {
  if (textOf(value) !== undefined || tryIterate(value) === undefined) return quote(value, false);
  const pairs: (readonly Value[])[] =
    value instanceof PyDict ? [...value.entries()] : Array.from(eachItem(value), (pair) => unpack(pair, 2));
  return pairs.map(([key = null, item = null]) => `${quote(key, true)}=${quote(item, true)}`).join('&');
}

const table: Record<string, Filter> = {
  e: filter('escape', 's', ([value = null]) => new Markup(escape(value))),
  escape: filter('escape', 's', ([value = null]) => new Markup(escape(value))),
  forceescape: filter(
    'forceescape',
    'value',
    ([value = null]) => new Markup(escapeText(ownHtml(value) ?? str(value))),
  ),
  safe: filter('safe', 'value', ([value = null]) => new Markup(ownHtml(value) ?? str(softText(value)))),
  striptags: filter('striptags', 'value', ([value = null]) => stripTags(value)),
  urlencode: filter('urlencode', 'value', ([value = null]) => urlencode(value)),
};

export const htmlFilters: readonly [string, Filter][] = Object.entries(table);
