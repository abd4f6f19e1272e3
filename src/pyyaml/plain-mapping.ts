import { FlowScanner } from './plain-flow.js';

/**
 * Whether a text is certainly a YAML mapping that PyYAML accepts. It recognizes the shapes of device configurations:
 * block mappings and lists, scalars that start after their key or dash, flow collections, comments. For anything else
 * it returns false, and the caller uses the complete parser, which needs twenty times as long.
 */
export function isPlainMapping(text: string): boolean {
  return plainSections(text) !== null;
}

/**
 * Splits a plain mapping (see {@link isPlainMapping}) into one mapping per key. Nothing in such a text refers to another
 * part of it, so the pairs of all sections are the pairs of the text, in order.
 * @returns null if the text is not a plain mapping
 */
export function plainSections(text: string): readonly string[] | null {
  if (text.length > longest || unusual.test(text)) return null;
  const scanner = new BlockScanner(text);
  if (!scanner.isMapping()) return null;
  const { sections } = scanner;
  return sections.map((start, index) => text.slice(index === 0 ? 0 : start, sections[index + 1]));
}

const longest = 256 * 1024;
/** Tabs, carriage returns, control characters, all characters that any reader treats as a line end, and those beyond the BMP. */
const unusual = /[^\n\x20-\x7e\xa0-\u1fff\u2010-\u2027\u2030-\ud7ff]/;
const deepest = 40;

/** A key and its colon. None looks like a date, or like `<<`, `=`, `0x_`, which PyYAML treats specially. */
const key = /(?:[A-Za-z_][\w.@/+-]*(?: [\w.@/+-]+)*|[1-9]\d{0,14}|0|'[^'\n]*'|"[^"\\\n]*"):(?=[ \n]|$)/y;
/** YAML searches the colon of a key within 1024 characters. */
const longestKey = 500;

const lineFeed = 0x0a;
const space = 0x20;
const hash = 0x23;
const dash = 0x2d;

type Kind = 'mapping' | 'list';

/**
 * Reads line by line. `#open` contains the collections around the current line, by column. After a key or a dash without
 * a value, the scanner is `#waiting` for a deeper collection, which may start only then.
 */
class BlockScanner {
  /** Where the lines of the outermost keys start. */
  readonly sections: number[] = [];
  readonly #open: { readonly column: number; readonly kind: Kind }[] = [];
  readonly #flow: FlowScanner;
  #at = 0;
  #lineStart = 0;
  #isWaiting = true;

  constructor(readonly text: string) {
    this.#flow = new FlowScanner(text);
  }

  isMapping(): boolean {
    while (this.#at < this.text.length) {
      this.#lineStart = this.#at;
      this.#skipSpaces();
      if (this.#skipRestOfLine()) continue;
      if (!this.#readEntry()) return false;
    }
    return this.#open[0]?.kind === 'mapping';
  }

  /** One line: a key or dashes and the value that starts there, or the value of the previous line. */
  #readEntry(): boolean {
    const column = this.#at - this.#lineStart;
    if (this.#isDash()) return this.#enter(column, 'list') && this.#readDashes();
    if (this.#findKey()) return this.#enter(column, 'mapping') && this.#readAfterKey();
    const isBelow = this.#isWaiting && column > (this.#open.at(-1)?.column ?? Infinity);
    this.#isWaiting = false;
    return isBelow && this.#readValue();
  }

  /** `- - key: value`: each dash opens a collection inside the previous one. */
  #readDashes(): boolean {
    for (;;) {
      this.#at++;
      this.#skipSpaces();
      this.#isWaiting = this.#skipRestOfLine();
      if (this.#isWaiting) return true;
      const column = this.#at - this.#lineStart;
      if (!this.#isDash()) {
        if (!this.#findKey()) return this.#readValue();
        return this.#push(column, 'mapping') && this.#readAfterKey();
      }
      if (!this.#push(column, 'list')) return false;
    }
  }

  #readAfterKey(): boolean {
    this.#at = key.lastIndex;
    this.#skipSpaces();
    this.#isWaiting = this.#skipRestOfLine();
    return this.#isWaiting || this.#readValue();
  }

  /** Leaves the end of the key in `key.lastIndex`. */
  #findKey(): boolean {
    key.lastIndex = this.#at;
    return key.test(this.text) && key.lastIndex - this.#at <= longestKey;
  }

  #isDash(): boolean {
    if (this.text.charCodeAt(this.#at) !== dash) return false;
    const next = this.text.charCodeAt(this.#at + 1);
    return next === space || next === lineFeed || Number.isNaN(next);
  }

  /** Leaves the collections that ended before this line, and enters those that start with it. */
  #enter(column: number, kind: Kind): boolean {
    const top = this.#open.at(-1);
    if (top === undefined) {
      this.sections.push(this.#lineStart);
      return kind === 'mapping' && this.#push(column, kind);
    }
    if (this.#isWaiting) {
      if (column > top.column) return this.#push(column, kind);
      // The list of a key may start in the same column on the next line.
      if (column === top.column && kind === 'list' && top.kind === 'mapping') return this.#push(column, kind);
    }
    for (let last = this.#open.at(-1); last !== undefined; last = this.#open.at(-1)) {
      if (last.column === column && last.kind === kind) {
        if (this.#open.length === 1) this.sections.push(this.#lineStart);
        return true;
      }
      if (last.column < column || (last.column === column && last.kind === 'mapping')) return false;
      this.#open.pop();
    }
    return false;
  }

  #push(column: number, kind: Kind): boolean {
    this.#open.push({ column, kind });
    return this.#open.length <= deepest;
  }

  #readValue(): boolean {
    const end = this.#flow.endOfValue(this.#at);
    if (end < 0) return false;
    this.#at = end;
    this.#skipSpaces();
    return this.#skipRestOfLine();
  }

  #skipSpaces(): void {
    while (this.text.charCodeAt(this.#at) === space) this.#at++;
  }

  /** Goes to the next line if only a comment (at the start of the line or after a blank) is left of this one. */
  #skipRestOfLine(): boolean {
    const next = this.text.charCodeAt(this.#at);
    if (next === lineFeed) {
      this.#at++;
      return true;
    }
    if (this.#at >= this.text.length) return true;
    const mayComment = this.#at === this.#lineStart || this.text.charCodeAt(this.#at - 1) === space;
    if (next !== hash || !mayComment) return false;
    const end = this.text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.text.length : end + 1;
    return true;
  }
}
