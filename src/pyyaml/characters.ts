/** Characters that libyaml's reader rejects anywhere in a text; lone surrogates do not even reach it. */
const unprintable = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Index of the first character that is not allowed in a YAML text; -1 if there is none. */
export function findUnprintable(text: string): number {
  return text.search(unprintable);
}

/** Character codes. */
export const code = {
  nul: 0,
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  doubleQuote: 34,
  hash: 35,
  singleQuote: 39,
  comma: 44,
  dash: 45,
  dot: 46,
  zero: 48,
  nine: 57,
  colon: 58,
  question: 63,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125,
  nextLine: 0x85,
  lineSeparator: 0x2028,
  paragraphSeparator: 0x2029,
  byteOrderMark: 0xfeff,
} as const;

/** Line ends of YAML 1.1. */
export function isBreak(c: number): boolean {
  if (c > code.carriageReturn && c < code.nextLine) return false;
  return (
    c === code.lineFeed ||
    c === code.carriageReturn ||
    c === code.nextLine ||
    c === code.lineSeparator ||
    c === code.paragraphSeparator
  );
}

export function isBlank(c: number): boolean {
  return c === code.space || c === code.tab;
}

export function isBreakOrEnd(c: number): boolean {
  return c === code.nul || isBreak(c);
}

/** Whether nothing visible is here: a blank, a line end, or the end of the text. */
export function isGap(c: number): boolean {
  return c === code.space || c === code.tab || c === code.nul || isBreak(c);
}

/** The characters of names of anchors, handles and directives. */
export function isWord(c: number): boolean {
  return (
    (c >= 97 && c <= 122) ||
    (c >= 65 && c <= 90) ||
    (c >= code.zero && c <= code.nine) ||
    c === code.dash ||
    c === 95
  );
}
