import type { Piece, ShellPart, Word } from '../state.js';

export type ParsedLine =
  | { readonly ok: true; readonly parts: readonly ShellPart[] }
  | { readonly ok: false; readonly message: string };

/**
 * A line of the board's shell: words with quotes, joined by `;`, `&&` and `||`, comments. Pipes,
 * redirections, substitutions and control structures are syntax errors.
 */
export function parseLine(line: string): ParsedLine {
  const parts: ShellPart[] = [];
  let when = 'always' as ShellPart['when'];
  let words: Word[] = [];
  let word: Piece[] | undefined;
  let at = 0;

  function add(text: string, isLiteral: boolean): void {
    word ??= [];
    word.push({ text, isLiteral });
  }
  function endWord(): void {
    if (word !== undefined) words.push(word);
    word = undefined;
  }
  function endPart(next: ShellPart['when']): boolean {
    endWord();
    const isEmpty = words.length === 0;
    if (!isEmpty) parts.push({ when, words });
    words = [];
    when = next;
    return !isEmpty;
  }

  while (at < line.length) {
    const char = line[at] ?? '';
    const pair = line.slice(at, at + 2);
    if (char === "'" || char === '"') {
      const end = findQuote(line, at);
      if (end === -1) return { ok: false, message: `unterminated quoted string` };
      const text = line.slice(at + 1, end);
      if (char === "'") add(text, true);
      else addDoubleQuoted(text, add);
      at = end + 1;
    } else if (char === '\\' && at + 1 < line.length) {
      add(line[at + 1] ?? '', true);
      at += 2;
    } else if (char === '#' && word === undefined) {
      break;
    } else if (char === ' ' || char === '\t') {
      endWord();
      at += 1;
    } else if (pair === '&&' || pair === '||') {
      if (!endPart(pair === '&&' ? 'passed' : 'failed'))
        return { ok: false, message: `unexpected "${pair}"` };
      at += 2;
    } else if (char === ';') {
      if (!endPart('always')) return { ok: false, message: 'unexpected ";"' };
      at += 1;
    } else if ('|&<>()`'.includes(char) || pair === '$(') {
      return { ok: false, message: `"${char}" is not known to this small shell` };
    } else {
      add(char, false);
      at += 1;
    }
  }
  if (!endPart('always') && when !== 'always') return { ok: false, message: 'unexpected end of line' };
  return { ok: true, parts };
}

function findQuote(line: string, start: number): number {
  const quote = line[start];
  for (let at = start + 1; at < line.length; at += 1) {
    if (line[at] === '\\' && quote === '"') at += 1;
    else if (line[at] === quote) return at;
  }
  return -1;
}

function addDoubleQuoted(text: string, add: (text: string, isLiteral: boolean) => void): void {
  add('', true);
  for (const [, escaped, plain] of text.matchAll(/\\(["\\$`])|([^\\]+|\\)/g)) {
    if (escaped !== undefined) add(escaped, true);
    else add(plain ?? '', false);
  }
}

/** A word with its variables filled in: `$NAME`, `${NAME}`, `$?`. */
export function expandWord(word: Word, value: (name: string) => string): string {
  // Join adjacent plain pieces: a name may have been split between them.
  let result = '';
  let plain = '';
  for (const piece of [...word, { text: '', isLiteral: true }]) {
    if (!piece.isLiteral) {
      plain += piece.text;
      continue;
    }
    result += plain.replace(/\$(?:\{(\w+)\}|(\w+|\?))/g, (_, braced?: string, bare?: string) =>
      value(braced ?? bare ?? ''),
    );
    plain = '';
    result += piece.text;
  }
  return result;
}
