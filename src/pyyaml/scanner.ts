import { code, isBreak, isBreakOrEnd, isGap, isWord } from './characters.js';
import { Cursor } from './cursor.js';
import { YamlFailure } from './failure.js';
import { scanBlock } from './scan-block.js';
import { scanPlain } from './scan-plain.js';
import { scanQuoted } from './scan-quoted.js';
import { scanDirective, scanTag } from './scan-tag.js';

export type TokenType =
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-list'
  | 'block-mapping'
  | 'block-end'
  | 'block-entry'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'plain'
  | 'quoted';

export interface Token {
  readonly type: TokenType;
  /** Index in the text. */
  readonly at: number;
  /** Of a scalar, an anchor or alias, the suffix of a tag, the value of a directive. */
  readonly text: string;
  /** Handle of a tag; name of a directive. */
  readonly name: string;
}

/** A possible key: it is one if a colon follows on the same line. */
interface MaybeKey {
  isPossible: boolean;
  /** Nothing else is allowed there. */
  isRequired: boolean;
  /** Number of its first token. */
  token: number;
  at: number;
  line: number;
  column: number;
}

/** The longest distance between the start of a key and its colon. */
const longestKey = 1024;
/** libyaml has no such limit. No real text nests this deep, and the time grows with the square of it. */
const deepestBrackets = 100;

/**
 * Splits a text into tokens, as libyaml does. In blocks, the columns of keys and dashes decide what belongs together
 * (`#indents`); in brackets, columns mean nothing. A key is recognized only at its colon. Its token (and the one for a
 * new mapping) is then inserted before the tokens that it consists of.
 */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #tokens: Token[] = [];
  #next = 0;
  readonly #indents: number[] = [];
  #indent = -1;
  /** One entry for the block, one for each open bracket. */
  readonly #keys: MaybeKey[] = [noKey()];
  /** Whether a key, or a collection in a block, may start here. */
  #mayBegin = true;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  /** The next token; at the end of the text always `stream-end`. */
  peek(): Token {
    while (this.#needsMore()) this.#fetch();
    const token = this.#tokens[this.#next];
    if (token === undefined) throw new Error('the scanner gave no token');
    return token;
  }

  take(): Token {
    const token = this.peek();
    if (token.type !== 'stream-end') this.#next++;
    return token;
  }

  /** Also if another token may have to be inserted before the next one. */
  #needsMore(): boolean {
    if (this.#next === this.#tokens.length) return true;
    this.#dropStaleKeys();
    return this.#keys.some(({ isPossible, token }) => isPossible && token === this.#next);
  }

  get #isInBrackets(): boolean {
    return this.#keys.length > 1;
  }

  get #key(): MaybeKey {
    const key = this.#keys.at(-1);
    if (key === undefined) throw new Error('the scanner has lost its block');
    return key;
  }

  #push(type: TokenType, at: number, text = '', name = ''): void {
    this.#tokens.push({ type, at, text, name });
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#dropStaleKeys();
    this.#closeBlocks(cursor.column);
    const c = cursor.code();
    if (c === code.nul) this.#endStream();
    else if (cursor.column === 0 && c === 37) this.#readDirective();
    else if (cursor.isAtMarker()) this.#readMarker(c);
    else this.#readContent(c);
  }

  #readContent(c: number): void {
    const cursor = this.#cursor;
    const { at } = cursor;
    switch (cursor.text[at]) {
      case '[':
      case '{': {
        this.#openBracket(c === code.openBracket ? '[' : '{');
        return;
      }
      case ']':
      case '}': {
        this.#closeBracket(c === code.closeBracket ? ']' : '}');
        return;
      }
      case ',':
        this.#dropKey();
        this.#mayBegin = true;
        cursor.at++;
        {
          this.#push(',', at);
          return;
        }
      case "'":
      case '"':
        this.#saveKey();
        this.#mayBegin = false;
        {
          this.#push('quoted', at, scanQuoted(cursor));
          return;
        }
      case '*':
      case '&': {
        this.#readAnchor(c === 42 ? 'alias' : 'anchor');
        return;
      }
      case '!': {
        this.#readTag();
        return;
      }
      default: {
        this.#readOther(c);
        return;
      }
    }
  }

  #readOther(c: number): void {
    const cursor = this.#cursor;
    const isAlone = isGap(cursor.code(1));
    if (c === code.dash && isAlone) {
      this.#readDash();
      return;
    }
    if (c === code.question && (this.#isInBrackets || isAlone)) {
      this.#readQuestion();
      return;
    }
    if (c === code.colon && (this.#isInBrackets || isAlone)) {
      this.#readColon();
      return;
    }
    if ((c === 124 || c === 62) && !this.#isInBrackets) {
      const { at } = cursor;
      this.#dropKey();
      this.#mayBegin = true;
      this.#push('quoted', at, scanBlock(cursor, this.#indent));
      return;
    }
    if (c === code.tab || '|>%@`'.includes(cursor.text.charAt(cursor.at))) {
      const what = c === code.tab ? 'a tab' : `"${cursor.text.charAt(cursor.at)}"`;
      throw new YamlFailure(`${what} cannot start a token here`, cursor.at);
    }
    this.#readPlain();
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      if (cursor.column === 0 && cursor.code() === code.byteOrderMark) cursor.at++;
      for (;;) {
        const c = cursor.code();
        if (c !== code.space && (c !== code.tab || (!this.#isInBrackets && this.#mayBegin))) break;
        cursor.at++;
      }
      if (cursor.code() === code.hash) while (!isBreakOrEnd(cursor.code())) cursor.at++;
      if (!isBreak(cursor.code())) return;
      cursor.skipBreak();
      if (!this.#isInBrackets) this.#mayBegin = true;
    }
  }

  #endStream(): void {
    this.#closeBlocks(-1);
    for (const key of this.#keys) this.#dropKey(key);
    this.#mayBegin = false;
    this.#push('stream-end', this.#cursor.at);
  }

  #readDirective(): void {
    this.#closeBlocks(-1);
    this.#dropKey();
    this.#mayBegin = false;
    const { at } = this.#cursor;
    const { name, value } = scanDirective(this.#cursor);
    this.#push('directive', at, value, name);
  }

  #readMarker(c: number): void {
    this.#closeBlocks(-1);
    this.#dropKey();
    this.#mayBegin = false;
    this.#push(c === code.dash ? 'document-start' : 'document-end', this.#cursor.at);
    this.#cursor.at += 3;
  }

  #openBracket(type: '[' | '{'): void {
    this.#saveKey();
    const { at } = this.#cursor;
    this.#keys.push(noKey());
    if (this.#keys.length > deepestBrackets)
      throw new YamlFailure('brackets are nested too deeply', at, true);
    this.#mayBegin = true;
    this.#cursor.at++;
    this.#push(type, at);
  }

  #closeBracket(type: ']' | '}'): void {
    this.#dropKey();
    if (this.#isInBrackets) this.#keys.pop();
    this.#mayBegin = false;
    this.#push(type, this.#cursor.at);
    this.#cursor.at++;
  }

  #readDash(): void {
    const { at, column } = this.#cursor;
    if (!this.#isInBrackets) {
      if (!this.#mayBegin) throw new YamlFailure('a list item cannot start here', at);
      this.#openBlock(column, this.#tokens.length, 'block-list', at);
    }
    this.#dropKey();
    this.#mayBegin = true;
    this.#cursor.at++;
    this.#push('block-entry', at);
  }

  #readQuestion(): void {
    const { at, column } = this.#cursor;
    if (!this.#isInBrackets) {
      if (!this.#mayBegin) throw new YamlFailure('a key cannot start here', at);
      this.#openBlock(column, this.#tokens.length, 'block-mapping', at);
    }
    this.#dropKey();
    this.#mayBegin = !this.#isInBrackets;
    this.#cursor.at++;
    this.#push('key', at);
  }

  #readColon(): void {
    const { at, column } = this.#cursor;
    const key = this.#key;
    if (key.isPossible) {
      this.#tokens.splice(key.token, 0, { type: 'key', at: key.at, text: '', name: '' });
      this.#openBlock(key.column, key.token, 'block-mapping', key.at);
      key.isPossible = false;
      this.#mayBegin = false;
    } else {
      if (!this.#isInBrackets) {
        if (!this.#mayBegin) throw new YamlFailure('a key with a value is not allowed here', at);
        this.#openBlock(column, this.#tokens.length, 'block-mapping', at);
      }
      this.#mayBegin = !this.#isInBrackets;
    }
    this.#cursor.at++;
    this.#push('value', at);
  }

  #readAnchor(type: 'alias' | 'anchor'): void {
    this.#saveKey();
    this.#mayBegin = false;
    const cursor = this.#cursor;
    const { at } = cursor;
    cursor.at++;
    while (isWord(cursor.code())) cursor.at++;
    const name = cursor.text.slice(at + 1, cursor.at);
    if (name === '' || !(isGap(cursor.code()) || '?:,]}%@`'.includes(cursor.text.charAt(cursor.at)))) {
      throw new YamlFailure(`"${cursor.text.charAt(at)}" needs a name of letters, digits, "-" and "_"`, at);
    }
    this.#push(type, at, name);
  }

  #readTag(): void {
    this.#saveKey();
    this.#mayBegin = false;
    const { at } = this.#cursor;
    const { handle, suffix } = scanTag(this.#cursor, this.#isInBrackets);
    this.#push('tag', at, suffix, handle);
  }

  #readPlain(): void {
    this.#saveKey();
    this.#mayBegin = false;
    const { at } = this.#cursor;
    const { text, endsBelow } = scanPlain(this.#cursor, this.#indent + 1, this.#isInBrackets);
    if (endsBelow) this.#mayBegin = true;
    this.#push('plain', at, text);
  }

  /** A new block collection starts if this column is further right than that of the enclosing one. */
  #openBlock(column: number, token: number, type: 'block-list' | 'block-mapping', at: number): void {
    if (this.#isInBrackets || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#tokens.splice(token, 0, { type, at, text: '', name: '' });
  }

  #closeBlocks(column: number): void {
    if (this.#isInBrackets) return;
    while (this.#indent > column) {
      this.#push('block-end', this.#cursor.at);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #saveKey(): void {
    if (!this.#mayBegin) return;
    const { at, line, column } = this.#cursor;
    this.#dropKey();
    const isRequired = !this.#isInBrackets && this.#indent === column;
    Object.assign(this.#key, { isPossible: true, isRequired, token: this.#tokens.length, at, line, column });
  }

  #dropKey(key = this.#key): void {
    if (key.isPossible && key.isRequired)
      throw new YamlFailure('a key needs a colon on the same line', key.at);
    key.isPossible = false;
  }

  /** A possible key on an earlier line, or too far back, is not a key. */
  #dropStaleKeys(): void {
    const { line, at } = this.#cursor;
    for (const key of this.#keys) {
      if (key.isPossible && (key.line < line || key.at + longestKey < at)) this.#dropKey(key);
    }
  }
}

function noKey(): MaybeKey {
  return { isPossible: false, isRequired: false, token: 0, at: 0, line: 0, column: 0 };
}
