import { spend } from '../limits.js';

/**
 * Up to this length, JavaScript's search is used. For longer parts it may visit every character of the text as often as
 * the part is long, which a hostile template could turn into hours.
 */
const SHORT = 32;

/** Where `part` is in `text` at `from` or after it, or -1. */
export function indexOfText(text: string, part: string, from = 0): number {
  if (text.length > 256) spend(text.length >> 8);
  if (part.length <= SHORT) return text.indexOf(part, from);
  for (const index of occurrences(text, part, from)) return index;
  return -1;
}

/** Where `part` is last in `text` so that it ends at `end` or before it, or -1. */
export function lastIndexOfText(text: string, part: string, end = text.length): number {
  if (text.length > 256) spend(text.length >> 8);
  if (end < part.length) return -1;
  if (part.length <= SHORT) return text.lastIndexOf(part, end - part.length);
  let last = -1;
  for (const index of occurrences(text, part, 0)) {
    if (index + part.length > end) break;
    last = index;
  }
  return last;
}

/** The text between the occurrences of `part`, which do not overlap. */
export function splitText(text: string, part: string): string[] {
  if (part.length <= SHORT) return text.split(part);
  const pieces: string[] = [];
  let start = 0;
  for (const index of occurrences(text, part, 0)) {
    if (index < start) continue;
    pieces.push(text.slice(start, index));
    start = index + part.length;
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** Every occurrence, overlapping ones too, after Knuth, Morris and Pratt: each character is visited about twice. */
function* occurrences(text: string, part: string, from: number): Generator<number> {
  if (part.length > text.length - from) return;
  spend((part.length + text.length) >> 7);
  const shorter = borders(part);
  let matched = 0;
  for (let index = from; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    while (matched > 0 && part.charCodeAt(matched) !== unit) matched = shorter[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === unit) matched++;
    if (matched < part.length) continue;
    yield index + 1 - matched;
    matched = shorter[matched - 1] ?? 0;
  }
}

/** For each beginning of `part`, the longest shorter beginning that it also ends with. */
function borders(part: string): Int32Array {
  const result = new Int32Array(part.length);
  let length = 0;
  for (let index = 1; index < part.length; index++) {
    const unit = part.charCodeAt(index);
    while (length > 0 && part.charCodeAt(length) !== unit) length = result[length - 1] ?? 0;
    if (part.charCodeAt(length) === unit) length++;
    result[index] = length;
  }
  return result;
}
