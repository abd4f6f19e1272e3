import type { Random } from '../support/schemas/random.js';
import { spanKinds, type Span } from './spans.js';

/** Values at the edges of what numbers can be. */
const numbers = [
  '0', '-1', '1', '00', '-0', '127', '255', '65536', '2147483647', '2147483648', '4294967295', '9007199254740993',
  '9223372036854775808', '1e308', '1e999', '-1e999', '1e-400', '0x10', '0o17', '0b1', '1_0', '1.', '.5', '1:30', 'NaN', 'Infinity',
  '١٢', '99999999999999999999999999999999',
]; // prettier-ignore

/** Names of JavaScript, characters that some reader treats specially, and bytes that are not UTF-8. */
const oddities = [
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'null', 'undefined', 'true', 'false', '\0', '\x01', '\x1b', '\x7f',
  '\r', '\r\n', '\n', '\t', '\v', '\f', '\u0085', '\u00a0', '\u2028', '\u2029', '\ufeff', '\ufffe', '\ufffd', '\u0130', '\u212a', 'ß', 'é',
  'e\u0301', '😀', '\u{10ffff}', '%00', '%ff', '%', '%2f', '..', '../', '/', '\\', '$', '${x}', '{{', '}}', '{%', '%}', '&', '*', '?', '#', ' #',
  ': ', '- ', "''", '""', '[]', '{}', '()', '<', '>', ',', ';', '=', '@', '!', '|', '~', '`',
]; // prettier-ignore
const oddBytes = ['\x80', '\xff', '\xc0\xaf', '\xed\xa0\x80', '\xf4\x90\x80\x80', '\xe2\x82'];

/** Texts here have one character per byte (latin1). */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

const oddTexts = [...oddities.map(bytesOf), ...oddBytes];

export interface Grammar {
  /** Pieces that mean something to the parser, one character per byte. */
  readonly tokens: readonly string[];
  readonly mostBytes: number;
}

/** Changes a text in one to six places. @param other where parts may be copied from */
export function mutate(random: Random, text: string, other: string, grammar: Grammar): string {
  let result = text;
  for (let left = 1 + Math.min(random.below(6), random.below(6)); left > 0; left -= 1) {
    result = random.pick(changes)(random, result, other, grammar).slice(0, grammar.mostBytes);
  }
  return result;
}

/**
 * Repeats a part of a text, or a word or two, until the text is about as long as it may be: work that grows faster than its
 * input shows here.
 */
export function pump(random: Random, text: string, { mostBytes, tokens }: Grammar): string {
  const [start, end] = pickSpan(random, text);
  const words = pickToken(random, tokens) + (random.isOneIn(2) ? pickToken(random, tokens) : '');
  const part = random.isOneIn(2) ? text.slice(start, end) : words;
  const room = mostBytes - text.length;
  if (part === '' || room <= 0) return text;
  const wanted = random.isOneIn(2) ? room : random.below(room);
  return text.slice(0, end) + part.repeat(Math.floor(wanted / part.length)) + text.slice(end);
}

type Change = (random: Random, text: string, other: string, grammar: Grammar) => string;

const changes: readonly Change[] = [
  // Remove, repeat, move, copy and swap parts.
  (random, text) => replace(text, pickSpan(random, text), ''),
  (random, text) => repeatPart(random, text, 1 + random.below(3)),
  (random, text) =>
    insert(random, replace(text, pickSpan(random, text), ''), cut(text, pickSpan(random, text))),
  (random, text, other) => replace(text, pickSpan(random, text), cut(other, pickSpan(random, other))),
  (random, text, other) => insert(random, text, cut(other, pickSpan(random, other))),
  (random, text) => {
    const part = pickSpan(random, text);
    return replace(text, part, cut(text, pickSpan(random, text)));
  },
  // Nest and unnest.
  nest,
  nest,
  (random, text) => {
    const outer = pickSpan(random, text);
    const whole = cut(text, outer);
    return replace(text, outer, cut(whole, pickSpan(random, whole)));
  },
  // Words of the language.
  (random, text, _, { tokens }) => insert(random, text, pickToken(random, tokens)),
  (random, text, _, { tokens }) => insert(random, text, pickToken(random, tokens)),
  (random, text, _, { tokens }) => replace(text, pickSpan(random, text), pickToken(random, tokens)),
  (random, text, _, { tokens }) => replace(text, pickSpan(random, text), pickToken(random, tokens)),
  (random, text) => insert(random, text, random.pick(oddTexts)),
  (random, text) => replace(text, pickSpan(random, text), random.pick(oddTexts)),
  changeNumber,
  changeNumber,
  // Lines.
  (random, text) => changeLine(random, text, (line) => ` ${line}`),
  (random, text) => changeLine(random, text, (line) => line.slice(1)),
  // Bytes.
  (random, text) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + random.below(2));
  },
  (random, text) => {
    const at = random.below(text.length + 1);
    const flipped = text.charCodeAt(at) ^ (1 << random.below(8));
    return at === text.length ? text : text.slice(0, at) + String.fromCharCode(flipped) + text.slice(at + 1);
  },
  (random, text) => text.slice(0, random.below(text.length + 1)),
  (random, text) => text.slice(random.below(text.length + 1)),
  (random, text, other) =>
    text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1)),
];

function pickToken(random: Random, tokens: readonly string[]): string {
  return tokens.length === 0 ? random.pick(oddTexts) : random.pick(tokens);
}

function pickSpan(random: Random, text: string): Span {
  const spans = random.pick(spanKinds)(text);
  if (spans.length > 0) return random.pick(spans);
  const start = random.below(text.length + 1);
  return [start, start + random.below(text.length - start + 1)];
}

function cut(text: string, [start, end]: Span): string {
  return text.slice(start, end);
}

function replace(text: string, [start, end]: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

function insert(random: Random, text: string, part: string): string {
  const at = pickSpan(random, text)[random.below(2)] ?? 0;
  return text.slice(0, at) + part + text.slice(at);
}

function repeatPart(random: Random, text: string, times: number): string {
  const span = pickSpan(random, text);
  return replace(text, span, cut(text, span).repeat(1 + times));
}

/** Puts a part of the text in the place of a part of itself, now and then deeper than any parser should follow. */
function nest(random: Random, text: string): string {
  const outer = pickSpan(random, text);
  const whole = cut(text, outer);
  const inner = pickSpan(random, whole);
  if (inner[0] === 0 && inner[1] === whole.length) return text;
  const [before, after] = [whole.slice(0, inner[0]), whole.slice(inner[1])];
  const times = random.isOneIn(20) ? 50 + random.below(3000) : 1 + random.below(5);
  return replace(text, outer, before.repeat(times) + cut(whole, inner) + after.repeat(times));
}

function changeNumber(random: Random, text: string): string {
  const found = [...text.matchAll(/\d+/g)];
  if (found.length === 0) return insert(random, text, bytesOf(random.pick(numbers)));
  const { index, 0: old } = random.pick(found);
  return replace(text, [index, index + old.length], bytesOf(random.pick(numbers)));
}

function changeLine(random: Random, text: string, change: (line: string) => string): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  lines[at] = change(lines[at] ?? '');
  return lines.join('\n');
}
