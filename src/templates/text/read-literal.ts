import { endOfString } from './scan-tags.js';

/** A Python literal in a template, with its place. `computed`: an expression, which `manage sync` does not evaluate. */
export type Literal = Shape & {
  readonly end: number;
  /**
   * Where a comma seems to be missing inside this value: Jinja2 joins two strings that only blanks separate, and reads a
   * list after another value as an index.
   */
  readonly missingComma?: number;
};

type Shape = { readonly start: number } & (
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'other'; readonly value: number | boolean | null }
  | { readonly type: 'list'; readonly items: readonly Literal[] }
  | { readonly type: 'dict'; readonly entries: readonly { readonly key: Literal; readonly value: Literal }[] }
  | { readonly type: 'computed' }
);

type Plain = Shape & Pick<Literal, 'missingComma'>;

const maximumDepth = 8;

/** Reads the literal that starts at index `start` of `text`. Adds `offset` to the places. */
export function readLiteral(text: string, start: number, offset: number): Literal {
  return new LiteralReader(text, start, offset).readValue(0);
}

class LiteralReader {
  #at: number;

  constructor(
    readonly text: string,
    start: number,
    readonly offset: number,
  ) {
    this.#at = start;
  }

  readValue(depth: number): Literal {
    this.#skipBlanks();
    const begin = this.#at;
    const start = begin + this.offset;
    const literal = depth > maximumDepth ? undefined : this.#readPlain(start, depth);
    const end = this.#at + this.offset;
    this.#skipBlanks();
    const next = this.text[this.#at];
    if (literal !== undefined && (next === undefined || ',]})-+:'.includes(next))) return { ...literal, end };
    const hasGap = literal !== undefined && literal.type !== 'other' && /["'[{]/.test(next ?? '');
    const missing = hasGap && this.#at + this.offset > end ? { missingComma: end } : {};
    this.#at = begin;
    this.#skipExpression();
    return { type: 'computed', start, end: this.#at + this.offset, ...missing };
  }

  #readPlain(start: number, depth: number): Plain | undefined {
    const first = this.text[this.#at];
    if (first === '"' || first === "'") return this.#readText(start);
    if (first === '[' || first === '(') {
      this.#at++;
      const items = this.#readItems(first === '[' ? ']' : ')', () => this.readValue(depth + 1));
      if (items === undefined || first === '(') return undefined;
      return { type: 'list', items, start };
    }
    if (first === '{') {
      this.#at++;
      const entries = this.#readItems('}', () => this.#readEntry(depth));
      return entries === undefined ? undefined : { type: 'dict', entries, start };
    }
    const word = /[A-Za-z0-9_.-]+/y;
    word.lastIndex = this.#at;
    const [found = ''] = word.exec(this.text) ?? [];
    const value = Object.hasOwn(words, found) ? words[found] : numberOf(found);
    if (value === undefined) return undefined;
    this.#at += found.length;
    return { type: 'other', value, start };
  }

  /** Jinja2 joins strings that follow each other. */
  #readText(start: number): Plain | undefined {
    let value = '';
    let missingComma: number | undefined;
    for (;;) {
      const end = endOfString(this.text, this.#at);
      if (end < 0) return undefined;
      value += unescape(this.text.slice(this.#at + 1, end - 1));
      this.#at = end;
      this.#skipBlanks();
      if (!/["']/.test(this.text[this.#at] ?? '')) {
        this.#at = end;
        return { type: 'text', value, start, ...(missingComma === undefined ? {} : { missingComma }) };
      }
      missingComma ??= end + this.offset;
    }
  }

  #readEntry(depth: number): { key: Literal; value: Literal } | undefined {
    const key = this.readValue(depth + 1);
    this.#skipBlanks();
    if (this.text[this.#at] !== ':') return undefined;
    this.#at++;
    return { key, value: this.readValue(depth + 1) };
  }

  #readItems<T>(closing: string, readItem: () => T | undefined): T[] | undefined {
    const items: T[] = [];
    for (;;) {
      this.#skipBlanks();
      if (this.text[this.#at] === closing) {
        this.#at++;
        return items;
      }
      const before = this.#at;
      const item = readItem();
      if (item === undefined || this.#at === before) return undefined;
      items.push(item);
      this.#skipBlanks();
      if (this.text[this.#at] === ',') this.#at++;
      else if (this.text[this.#at] !== closing) return undefined;
    }
  }

  #skipBlanks(): void {
    while (/\s/.test(this.text[this.#at] ?? '')) this.#at++;
  }

  /** Skips to the comma or bracket that ends an expression. */
  #skipExpression(): void {
    let depth = 0;
    while (this.#at < this.text.length) {
      const character = this.text[this.#at] ?? '';
      if (character === '"' || character === "'") {
        const end = endOfString(this.text, this.#at);
        this.#at = end < 0 ? this.text.length : end;
        continue;
      }
      if ('([{'.includes(character)) depth++;
      else if (')]}'.includes(character)) depth--;
      if (depth < 0 || (depth === 0 && (character === ',' || character === ':'))) return;
      this.#at++;
    }
  }
}

const words: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};

function numberOf(word: string): number | undefined {
  return /^\d[\d_]*(\.\d+)?$/.test(word) ? Number(word.replaceAll('_', '')) : undefined;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

function unescape(text: string): string {
  return text.replaceAll(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\s\S])/g, (whole, code: string) => {
    if (code.length > 1) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    return escapes[code] ?? whole;
  });
}
