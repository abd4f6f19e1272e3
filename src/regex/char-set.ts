import { caseVariants } from './case-variants.js';

/** First and last, both inclusive, in code units. */
export type CharRange = readonly [number, number];

/** `\d`, `\w` or `\s`, or everything else: `\D`, `\W`, `\S`. `ascii`: as with Python's flag `a`. */
export interface CharClass {
  readonly kind: 'digit' | 'word' | 'space';
  readonly negated: boolean;
  readonly ascii: boolean;
}

export interface CharSet {
  readonly ranges: readonly CharRange[];
  readonly classes: readonly CharClass[];
  readonly negated: boolean;
  /** Whether a character matches if another case of it is in the ranges; `ascii`: only for A to Z. */
  readonly ignoreCase: 'no' | 'ascii' | 'unicode';
}

const kinds: ReadonlyMap<string, CharClass['kind']> = new Map([
  ['d', 'digit'],
  ['w', 'word'],
  ['s', 'space'],
]);

/** The class with this letter: `d`, `W` and so on. */
export function classOf(letter: string, ascii: boolean): CharClass | undefined {
  const kind = kinds.get(letter.toLowerCase());
  return kind === undefined ? undefined : { kind, negated: letter !== letter.toLowerCase(), ascii };
}

export function contains(set: CharSet, code: number): boolean {
  return isListed(set, code) !== set.negated;
}

function isListed({ ranges, classes, ignoreCase }: CharSet, code: number): boolean {
  if (isInRanges(ranges, code)) return true;
  for (const item of classes) if (isInClass(item, code)) return true;
  if (ignoreCase === 'no') return false;
  for (const variant of caseVariants(code, ignoreCase)) if (isInRanges(ranges, variant)) return true;
  return false;
}

function isInRanges(ranges: readonly CharRange[], code: number): boolean {
  for (const [low, high] of ranges) if (code >= low && code <= high) return true;
  return false;
}

function isInClass({ kind, negated, ascii }: CharClass, code: number): boolean {
  return (code < 0x80 ? isAscii(kind, code, ascii) : !ascii && isUnicode(kind, code)) !== negated;
}

/** Whether a character belongs to a word, for `\b`. */
export function isWord(code: number, ascii: boolean): boolean {
  return isInClass({ kind: 'word', negated: false, ascii }, code);
}

function isAscii(kind: CharClass['kind'], code: number, ascii: boolean): boolean {
  const isDigit = code >= 0x30 && code <= 0x39;
  switch (kind) {
    case 'digit':
      return isDigit;
    case 'word':
      return isDigit || (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a);
    case 'space':
      // For Unicode, the separators 0x1c to 0x1f are spaces, too.
      return (code >= 0x09 && code <= 0x0d) || code === 0x20 || (!ascii && code >= 0x1c && code <= 0x1f);
  }
}

/** Python's `str.isdecimal`, `isalnum` and `isspace`, for characters beyond ASCII. */
function isUnicode(kind: CharClass['kind'], code: number): boolean {
  const character = String.fromCharCode(code);
  switch (kind) {
    case 'digit':
      return /\p{Nd}/u.test(character);
    case 'word':
      return /[\p{L}\p{N}]/u.test(character);
    case 'space':
      return code === 0x85 || /[\p{Zs}\u2028\u2029]/u.test(character);
  }
}
