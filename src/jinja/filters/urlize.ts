import { Raised, typeError } from '../errors.js';
import { WHITESPACE_CLASS } from '../lexer/whitespace.js';
import { reserveText, spend } from '../limits.js';
import { needInt } from '../methods/method.js';
import { order, textOf } from '../values/compare.js';
import { eachItem } from '../values/iterate.js';
import { codePointLength, escapeText } from '../values/markup.js';
import { isTrue } from '../values/truth.js';
import { typeName, type Value } from '../values/types.js';
import { escape } from './html.js';
import { filter, filterError, type Filter } from './registry.js';

const W = '\\p{L}\\p{N}_';
const NOT_SPACE = `[^${WHITESPACE_CLASS}]`;
const HTTP = new RegExp(
  '^(?:(?:https?://|www\\.)' +
    `(?:(?:[${W}%-]+\\.)+)?(?:[a-z]{2,63}|xn--[${W}%]{2,59})` +
    `|(?:[${W}%-]{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)` +
    '|https?://(?:\\p{Nd}{1,3}(?:\\.\\p{Nd}{1,3}){3}|\\[(?:[\\p{Nd}a-f]{0,4}:){2}(?:[\\p{Nd}a-f]{0,4}:?){1,6}\\]))' +
    `(?::\\p{Nd}{1,5})?(?:[/?#]${NOT_SPACE}*)?\\n?$`,
  'iu',
);
const EMAIL = new RegExp(`^${NOT_SPACE}+@[${W}][${W}.-]*\\.[${W}]+\\n?$`, 'u');
const SPACES = new RegExp(`([${WHITESPACE_CLASS}]+)`, 'u');

interface Options {
  /** How long the text of a link may be; evaluated only if there is a link. */
  readonly limit: Value;
  readonly attributes: string;
  readonly schemes: readonly string[];
}

/** Splits off the parts of a word that belong around a link rather than into it. */
function splitWord(word: string): { head: string; middle: string; tail: string } {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? '';
  let middle = word.slice(head.length);
  let tail = '';
  if (/(?:[)>.,\n]|&gt;)$/.test(middle)) {
    let end = middle.length;
    for (let cut = endingLength(middle, end); cut > 0; cut = endingLength(middle, end)) end -= cut;
    tail = middle.slice(end);
    middle = middle.slice(0, end);
  }
  for (const [open, close] of [
    ['(', ')'],
    ['<', '>'],
    ['&lt;', '&gt;'],
  ] as const) {
    const opened = middle.split(open).length - 1;
    if (opened <= middle.split(close).length - 1) continue;
    for (let moved = Math.min(opened, tail.split(close).length - 1); moved > 0; moved--) {
      const end = tail.indexOf(close) + close.length;
      middle += tail.slice(0, end);
      tail = tail.slice(end);
    }
  }
  return { head, middle, tail };
}

function endingLength(text: string, end: number): number {
  if (end >= 4 && text.startsWith('&gt;', end - 4)) return 4;
  return end > 0 && ')>.,\n'.includes(text.charAt(end - 1)) ? 1 : 0;
}

function shorten(text: string, limit: Value): string {
  if (limit === null || order(codePointLength(text), limit, '>') <= 0) return text;
  return `${Array.from(text).slice(0, needInt(limit, 0)).join('')}...`;
}

function link(text: string, { limit, attributes, schemes }: Options): string {
  if (HTTP.test(text)) {
    const shown = shorten(text, limit);
    const target = /^https?:\/\//.test(text) ? text : `https://${text}`;
    return `<a href="${target}"${attributes}>${shown}</a>`;
  }
  if (text.startsWith('mailto:') && EMAIL.test(text.slice(7)))
    return `<a href="${text}">${text.slice(7)}</a>`;
  if (text.includes('@') && !text.startsWith('www.') && !text.includes(':') && EMAIL.test(text)) {
    return `<a href="mailto:${text}">${text}</a>`;
  }
  let result = text;
  for (const scheme of schemes) {
    if (result !== scheme && result.startsWith(scheme))
      result = `<a href="${result}"${attributes}>${result}</a>`;
  }
  return result;
}

function relations(rel: Value): string {
  if (!isTrue(rel)) return '';
  const text = textOf(rel);
  if (text === undefined)
    throw new Raised('AttributeError', `'${typeName(rel)}' object has no attribute 'split'`);
  return text;
}

function needScheme(scheme: Value): string {
  const text = textOf(scheme);
  if (text === undefined) throw typeError(`expected string or bytes-like object, got '${typeName(scheme)}'`);
  return text;
}

function urlize(args: readonly (Value | undefined)[]): Value {
  const [value = null, limit = null, nofollow = false, target = null, rel = null, extra = null] = args;
  const names = new Set(
    relations(rel)
      .split(/\s+/)
      .filter((part) => part !== ''),
  );
  if (isTrue(nofollow)) names.add('nofollow');
  names.add('noopener');
  const schemes = extra === null ? [] : Array.from(eachItem(extra), needScheme);
  for (const scheme of schemes) {
    if (!new RegExp(`^[${W}.+-]{2,}:/{0,2}$`, 'u').test(scheme)) {
      throw filterError(`'${scheme}' is not a valid URI scheme prefix.`);
    }
  }
  const targetAttribute = target === null || !isTrue(target) ? '' : ` target="${escape(target)}"`;
  const relAttribute = ` rel="${escapeText([...names].sort().join(' '))}"`;
  const options = {
    limit,
    attributes: relAttribute + targetAttribute,
    schemes,
  };
  const words = escape(value)
    .split(SPACES)
    .map((word) => {
      if (word.length > 20_000)
        throw new Raised('ResourceLimit', 'a word is too long to look for a link in it', 'limit');
      spend(1 + (word.length >> 3));
      const { head, middle, tail } = splitWord(word);
      return head + link(middle, options) + tail;
    });
  const text = words.join('');
  reserveText(text.length);
  return text;
}

export const urlizeFilters: readonly [string, Filter][] = [
  ['urlize', filter('urlize', 'value trim_url_limit? nofollow? target? rel? extra_schemes?', urlize)],
];
