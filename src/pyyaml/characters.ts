/** What libyaml's reader refuses anywhere in a text; half of a surrogate pair does not even reach it. */
const unprintable = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Index of the first character that may not be in a YAML text; -1 when there is none. */
export function findUnprintable(text: string): number {
  return text.search(unprintable);
}

/** Codes of characters. */
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

/** Whether nothing visible stands here: a blank, a line end, the end of the text. */
export function isGap(c: number): boolean {
  return c === code.space || c === code.tab || c === code.nul || isBreak(c);
}

/** What names of anchors, handles and directives are made of. */
export function isWord(c: number): boolean {
  return (
    (c >= 97 && c <= 122) ||
    (c >= 65 && c <= 90) ||
    (c >= code.zero && c <= code.nine) ||
    c === code.dash ||
    c === 95
  );
}
