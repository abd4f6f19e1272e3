import { Raised } from '../errors.js';
import { checkTime } from '../limits.js';
import { hintForCharacter } from './hints.js';
import { decodeStringLiteral } from './string-literal.js';
import { T, type Token } from './tokens.js';
import { isWhitespace, skipWhitespace, trimEnd, WHITESPACE_CLASS } from './whitespace.js';

const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const NAME = /[\p{ID_Continue}\u00b7]+/uy;
const IDENTIFIER = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
const STRING = /'[^'\\]*(?:\\[^][^'\\]*)*'|"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const OPERATOR = /\*\*|\/\/|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;
const RAW_START = new RegExp(
  `\\{%[-+]?[${WHITESPACE_CLASS}]*raw[${WHITESPACE_CLASS}]*(?:-%\\}[${WHITESPACE_CLASS}]*|%\\})`,
  'y',
);
const RAW_END = new RegExp(
  `\\{%([-+]?)[${WHITESPACE_CLASS}]*endraw[${WHITESPACE_CLASS}]*(\\+%\\}|-%\\}[${WHITESPACE_CLASS}]*|%\\}\\n?)`,
  'g',
);

const TOKENS_BETWEEN_LOOKS_AT_THE_CLOCK = 4096;

const OPENING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const TYPES: Readonly<Record<string, string>> = {
  '(': T.LEFT_PAREN,
  ')': T.RIGHT_PAREN,
  '[': T.LEFT_BRACKET,
  ']': T.RIGHT_BRACKET,
  '{': T.LEFT_CURLY,
  '}': T.RIGHT_CURLY,
  ',': T.COMMA,
  ':': T.COLON,
  '~': T.TILDE,
  '|': T.PIPE,
};

/**
 * Jinja2's tokens for nunjucks' parser, with `trim_blocks` on and the trailing newline dropped, as LAVA sets it.
 *
 * Two states: in text (`inCode` is null) and inside `{% %}` or `{{ }}`. Inside, an end tag only counts while no
 * bracket is open, so that `{{ {'a': {}} }}` ends where Jinja2 ends it.
 */
export class Tokenizer {
  readonly #source: string;
  #index = 0;
  #inCode: 'block' | 'variable' | null = null;
  /** The closing characters of the open brackets, and their places. */
  readonly #brackets: { readonly closing: string; readonly start: number }[] = [];
  readonly #queue: Token[] = [];
  #line = 0;
  #lineStart = 0;
  /** The end of the line being counted. */
  #lineEnd: number;
  /** How far columns are counted, and the column there. */
  #columnAt = 0;
  #column = 0;
  #tokensRead = 0;

  readonly #file: string;

  constructor(source: string, file: string) {
    this.#file = file;
    const unix = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
    this.#source = unix.endsWith('\n') ? unix.slice(0, -1) : unix;
    this.#lineEnd = this.#endOfLine(0);
  }

  /** The next token; after the end, always `end`. */
  nextToken(): Token {
    return this.#queue.shift() ?? this.#read();
  }

  /** The token after the next `skip` ones, without consuming any. */
  peekAhead(skip: number): Token {
    while (this.#queue.length <= skip) {
      const place = this.#queue.length;
      this.#queue.splice(place, 0, this.#read());
    }
    return this.#queue[skip] ?? this.#token(T.END, '', this.#index);
  }

  /** Whether the token is the first on its line. */
  isFirstInLine({ lineno, colno }: Token): boolean {
    const line = this.#source.split('\n')[lineno] ?? '';
    return line.length - line.trimStart().length >= colno;
  }

  #read(): Token {
    while (true) {
      const token = this.#inCode === null ? this.#readText() : this.#readCode(this.#inCode);
      if (token !== null) return token;
    }
  }

  /** One piece of text, or null when it was empty and the state moved on. */
  #readText(): Token | null {
    const source = this.#source;
    const start = this.#index;
    if (start >= source.length) return this.#token(T.END, '', start);
    let tag = source.indexOf('{', start);
    while (tag !== -1 && !'%{#'.includes(source.charAt(tag + 1) || ' ')) tag = source.indexOf('{', tag + 1);
    if (tag === -1) {
      this.#index = source.length;
      return this.#token(T.DATA, source.slice(start), start);
    }
    const text = source.slice(start, tag);
    const data = source.charAt(tag + 2) === '-' ? trimEnd(text) : text;
    const token = data === '' ? null : this.#token(T.DATA, data, start);
    this.#openTag(tag);
    return token ?? this.#queue.shift() ?? null;
  }

  /** Queues the first token of the tag: the start of code, or the text of a raw block. */
  #openTag(tag: number): void {
    RAW_START.lastIndex = tag;
    const raw = RAW_START.exec(this.#source);
    if (raw !== null) {
      this.#readRaw(tag, tag + raw[0].length);
      return;
    }
    const sign = this.#source.charAt(tag + 2);
    const inside = sign === '-' || sign === '+' ? tag + 3 : tag + 2;
    const kind = this.#source.charAt(tag + 1);
    if (kind === '#') {
      this.#skipComment(tag, inside);
      return;
    }
    this.#index = inside;
    this.#inCode = kind === '%' ? 'block' : 'variable';
    const start = this.#token(
      kind === '%' ? T.BLOCK_START : T.VARIABLE_START,
      this.#source.slice(tag, inside),
      tag,
    );
    this.#queue.push(start);
  }

  #readRaw(tag: number, inside: number): void {
    RAW_END.lastIndex = inside;
    const end = RAW_END.exec(this.#source);
    if (end === null && inside >= this.#source.length) {
      // Nothing follows that could be unclosed, so Jinja2 accepts it.
      this.#index = inside;
      return;
    }
    if (end === null) throw this.#error('Missing end of raw directive', tag);
    const text = this.#source.slice(inside, end.index);
    const data = end[1] === '-' ? trimEnd(text) : text;
    if (data !== '') this.#queue.push(this.#token(T.DATA, data, inside));
    this.#index = end.index + end[0].length;
  }

  #skipComment(tag: number, inside: number): void {
    const end = this.#source.indexOf('#}', inside);
    if (end === -1 && inside < this.#source.length) throw this.#error('Missing end of comment tag', tag);
    if (end === -1) {
      this.#index = inside;
      return;
    }
    const after = end + 2;
    const sign = end > inside ? this.#source.charAt(end - 1) : '';
    if (sign === '-') this.#index = skipWhitespace(this.#source, after);
    else if (sign !== '+' && this.#source.charAt(after) === '\n') this.#index = after + 1;
    else this.#index = after;
  }

  #readCode(state: 'block' | 'variable'): Token | null {
    const source = this.#source;
    const start = skipWhitespace(source, this.#index);
    this.#index = start;
    if (start >= source.length) return this.#token(T.END, '', start);
    if (this.#brackets.length === 0) {
      const end = state === 'block' ? this.#endOfBlock(start) : this.#endOfVariable(start);
      if (end !== null) return end;
    }
    const text = this.#match(FLOAT) ?? this.#match(INTEGER);
    if (text !== undefined) {
      const type = /^0[box]/i.test(text) || !/[.e]/i.test(text) ? T.INT : T.FLOAT;
      return this.#token(type, text.replaceAll('_', ''), start);
    }
    const name = this.#match(NAME);
    if (name !== undefined) {
      if (!IDENTIFIER.test(name)) throw this.#error('Invalid character in identifier', start);
      return this.#token(T.SYMBOL, name.normalize('NFKC'), start);
    }
    return this.#readStringOrOperator(start);
  }

  #readStringOrOperator(start: number): Token {
    const string = this.#match(STRING);
    if (string !== undefined) return this.#token(T.STRING, this.#decode(string, start), start);
    const operator = this.#match(OPERATOR);
    if (operator === undefined) {
      const character = String.fromCodePoint(this.#source.codePointAt(start) ?? 0);
      throw this.#error(`unexpected char '${character}' at ${start}`, start, hintForCharacter(character));
    }
    this.#balance(operator, start);
    return this.#token(TYPES[operator] ?? T.OPERATOR, operator, start);
  }

  #decode(literal: string, start: number): string {
    try {
      return decodeStringLiteral(literal.slice(1, -1));
    } catch (error) {
      if (error instanceof Raised) error.place ??= this.#position(start);
      throw error;
    }
  }

  #endOfBlock(start: number): Token | null {
    const source = this.#source;
    const sign = source.charAt(start);
    const tag = sign === '-' || sign === '+' ? start + 1 : start;
    if (!source.startsWith('%}', tag)) return null;
    const after = tag + 2;
    if (sign === '-') this.#index = skipWhitespace(source, after);
    else if (sign !== '+' && source.charAt(after) === '\n') this.#index = after + 1;
    else this.#index = after;
    this.#inCode = null;
    return this.#token(T.BLOCK_END, source.slice(start, after), start);
  }

  #endOfVariable(start: number): Token | null {
    const source = this.#source;
    const isTrimming = source.startsWith('-}}', start);
    if (!isTrimming && !source.startsWith('}}', start)) return null;
    const after = start + (isTrimming ? 3 : 2);
    this.#index = isTrimming ? skipWhitespace(source, after) : after;
    this.#inCode = null;
    return this.#token(T.VARIABLE_END, source.slice(start, after), start);
  }

  #balance(operator: string, start: number): void {
    const closing = OPENING[operator];
    if (closing !== undefined) {
      this.#brackets.push({ closing, start });
      return;
    }
    if (operator !== ')' && operator !== ']' && operator !== '}') return;
    const expected = this.#brackets.pop();
    if (expected === undefined) {
      const hint = operator === '}' ? 'Close a {% tag with %}, and a {{ tag with }}.' : undefined;
      throw this.#error(`unexpected '${operator}'`, start, hint);
    }
    if (expected.closing === operator) return;
    const opening = this.#source.charAt(expected.start);
    const line = this.#source.slice(0, expected.start).split('\n').length;
    throw this.#error(
      `unexpected '${operator}', expected '${expected.closing}'`,
      start,
      `Close the '${opening}' on line ${line}.`,
    );
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#index;
    const text = pattern.exec(this.#source)?.[0];
    if (text !== undefined) this.#index += text.length;
    return text;
  }

  #token(type: string, value: string, start: number): Token {
    if (++this.#tokensRead % TOKENS_BETWEEN_LOOKS_AT_THE_CLOCK === 0) checkTime();
    this.#countLines(start);
    return { type, value, lineno: this.#line, colno: this.#columnOf(start) };
  }

  /** Tokens are made in the order of the source, so that each line is searched once. */
  #countLines(until: number): void {
    while (this.#lineEnd < until) {
      this.#line++;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = this.#endOfLine(this.#lineStart);
    }
  }

  #endOfLine(start: number): number {
    const newline = this.#source.indexOf('\n', start);
    return newline === -1 ? Number.POSITIVE_INFINITY : newline;
  }

  /** Tokens come in order, so that a long line is counted once. */
  #columnOf(index: number): number {
    if (this.#columnAt < this.#lineStart || this.#columnAt > index) {
      this.#columnAt = this.#lineStart;
      this.#column = 0;
    }
    for (; this.#columnAt < index; this.#columnAt++) {
      // The second half of a surrogate pair is not a separate character.
      if ((this.#source.charCodeAt(this.#columnAt) & 0xfc00) !== 0xdc00) this.#column++;
    }
    return this.#column;
  }

  #position(index: number): { file: string; line: number; column: number } {
    this.#countLines(index);
    return { file: this.#file, line: this.#line + 1, column: this.#columnOf(index) + 1 };
  }

  #error(message: string, index: number, hint?: string): Raised {
    const error = new Raised('TemplateSyntaxError', message, undefined, hint);
    error.place = this.#position(index);
    return error;
  }
}

/** Whether the text is only white space (and not empty), as Python's `str.isspace`. */
export function isSpace(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (!isWhitespace(text.charCodeAt(index))) return false;
  return text.length > 0;
}
