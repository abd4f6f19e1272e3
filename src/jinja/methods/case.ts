import { reserveItems } from '../limits.js';

const CASED = /[\p{Lowercase}\p{Uppercase}\p{Lt}]/u;
const SEPARATORS = String.fromCharCode(0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029);
const LINE_END = new RegExp(`\\r\\n|[\\n\\r\\v\\f${SEPARATORS}]`, 'g');
/** Letters whose title case differs from their upper case. */
const TITLE: Readonly<Record<string, string>> = {
  ǆ: 'ǅ',
  Ǆ: 'ǅ',
  ǅ: 'ǅ',
  ǉ: 'ǈ',
  Ǉ: 'ǈ',
  ǈ: 'ǈ',
  ǌ: 'ǋ',
  Ǌ: 'ǋ',
  ǋ: 'ǋ',
  ǳ: 'ǲ',
  Ǳ: 'ǲ',
  ǲ: 'ǲ',
};

function titleCharacter(character: string): string {
  const special = TITLE[character];
  if (special !== undefined) return special;
  const [first = '', ...rest] = Array.from(character.toUpperCase());
  return first + rest.join('').toLowerCase();
}

export function capitalize(text: string): string {
  const [first] = text;
  if (first === undefined) return '';
  // The text is lowered as a whole because of a sigma at the end of a word.
  return (
    titleCharacter(first) + (first + text.slice(first.length)).toLowerCase().slice(first.toLowerCase().length)
  );
}

export function title(text: string): string {
  let result = '';
  let isInWord = false;
  for (const character of text) {
    result += isInWord ? character.toLowerCase() : titleCharacter(character);
    isInWord = CASED.test(character);
  }
  return result;
}

export function swapCase(text: string): string {
  let result = '';
  for (const character of text) {
    const upper = character.toUpperCase();
    result += /\p{Uppercase}/u.test(character) ? character.toLowerCase() : upper;
  }
  return result;
}

export function isTitle(text: string): boolean {
  let isInWord = false;
  let isAny = false;
  for (const character of text) {
    if (/[\p{Uppercase}\p{Lt}]/u.test(character)) {
      if (isInWord) return false;
      isInWord = true;
      isAny = true;
    } else if (/\p{Lowercase}/u.test(character)) {
      if (!isInWord) return false;
      isAny = true;
    } else {
      isInWord = false;
    }
  }
  return isAny;
}

/** Python's `str.splitlines`: more characters than a newline end a line. */
export function splitLines(text: string, keepsEnds: boolean): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const end of text.matchAll(LINE_END)) {
    lines.push(text.slice(start, keepsEnds ? end.index + end[0].length : end.index));
    start = end.index + end[0].length;
  }
  if (start < text.length) lines.push(text.slice(start));
  reserveItems(lines.length);
  return lines;
}
