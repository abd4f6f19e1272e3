import { valueError } from '../errors.js';
import { isWhitespace, skipWhitespace } from '../lexer/whitespace.js';
import { reserveItems } from '../limits.js';
import { lastIndexOfText, splitText } from '../values/find-text.js';
import type { Value } from '../values/types.js';
import { needText } from './method.js';

/** Python's `str.split`: at white space when no separator is given; `most` below zero splits everywhere. */
export function splitLeft(text: string, separator: Value | undefined, most: number): Value[] {
  if (separator === undefined || separator === null) return splitAtSpace(text, most);
  const wanted = needSeparator(separator);
  const parts = splitText(text, wanted);
  reserveItems(parts.length);
  if (most < 0 || parts.length <= most + 1) return parts;
  return [...parts.slice(0, most), parts.slice(most).join(wanted)];
}

/** Python's `str.rsplit`. */
export function splitRight(text: string, separator: Value | undefined, most: number): Value[] {
  if (separator === undefined || separator === null) return splitAtSpaceFromRight(text, most);
  const wanted = needSeparator(separator);
  if (most < 0) return splitLeft(text, separator, most);
  const parts: string[] = [];
  let end = text.length;
  while (parts.length < most) {
    const index = lastIndexOfText(text, wanted, end);
    if (index === -1) break;
    parts.push(text.slice(index + wanted.length, end));
    end = index;
  }
  parts.push(text.slice(0, end));
  return parts.reverse();
}

function needSeparator(separator: Value): string {
  const wanted = needText(separator, 'the separator');
  if (wanted === '') throw valueError('empty separator');
  return wanted;
}

function splitAtSpace(text: string, most: number): Value[] {
  const parts: Value[] = [];
  let start = skipWhitespace(text, 0);
  while (start < text.length) {
    if (most >= 0 && parts.length === most) {
      parts.push(trimRight(text, start));
      return parts;
    }
    let end = start;
    while (end < text.length && !isWhitespace(text.charCodeAt(end))) end++;
    parts.push(text.slice(start, end));
    start = skipWhitespace(text, end);
  }
  reserveItems(parts.length);
  return parts;
}

function trimRight(text: string, start: number): string {
  let end = text.length;
  while (end > start && isWhitespace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function splitAtSpaceFromRight(text: string, most: number): Value[] {
  const parts: Value[] = [];
  let end = text.length;
  while (true) {
    while (end > 0 && isWhitespace(text.charCodeAt(end - 1))) end--;
    if (end === 0) break;
    if (most >= 0 && parts.length === most) {
      parts.push(text.slice(skipWhitespace(text, 0), end));
      break;
    }
    let start = end;
    while (start > 0 && !isWhitespace(text.charCodeAt(start - 1))) start--;
    parts.push(text.slice(start, end));
    end = start;
  }
  reserveItems(parts.length);
  return parts.reverse();
}
