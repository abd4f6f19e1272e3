import { isSpace } from '../lexer/tokenizer.js';

function every(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text);
}

function hasCase(text: string, wanted: RegExp, other: RegExp): boolean {
  return wanted.test(text) && !other.test(text);
}

/** Python's `str.is...`: all but the last few require at least one character. */
export const CHARACTER_TESTS: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['isalnum', every(/^[\p{L}\p{N}]+$/u)],
  ['isalpha', every(/^\p{L}+$/u)],
  ['isdecimal', every(/^\p{Nd}+$/u)],
  ['isdigit', every(/^[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒]+$/u)],
  ['isnumeric', every(/^\p{N}+$/u)],
  ['isidentifier', every(/^[\p{ID_Start}_]\p{ID_Continue}*$/u)],
  ['islower', (text) => hasCase(text, /\p{Lowercase}/u, /[\p{Uppercase}\p{Lt}]/u)],
  ['isupper', (text) => hasCase(text, /\p{Uppercase}/u, /[\p{Lowercase}\p{Lt}]/u)],
  ['isspace', isSpace],
  ['isascii', (text) => !/[\u0080-\uffff]/.test(text)],
  ['isprintable', (text) => !/[\p{C}\p{Z}]/u.test(text.replaceAll(' ', ''))],
]);
