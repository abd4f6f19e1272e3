const deepest = 20;
const mostItems = 20_000;

const doubleQuoted = /"[^"\\]*(?:\\(?:["\\nrt0abefv]|x[0-9a-fA-F]{2})[^"\\]*)*"/y;
/** A plain scalar after a key or dash, up to the end of the line. */
const plain = /(?:-(?=[^\s-])|[\w/.$(<+~^;=\\])[^\n]*/y;
/** A plain scalar inside brackets. */
const flowPlain = /-?[\w/$(+][\w/$()+. =~^;<\\-]*/y;
const flowKey = /(?:[A-Za-z_][\w.-]{0,100}|'[^'\n]{0,200}'|"[^"\\\n]{0,200}"):(?= )/y;

/**
 * Texts that look like plain scalars but that PyYAML rejects (the digits of `0x_`, impossible dates, numbers too long for
 * Python) or interprets differently (`<<`, `=`).
 */
const odd = /^(?:[-+]?0[bx]_*$|\d{4}-\d|<<$|=$|[-+]?[\d.][\w.:+-]{500})/;

/** Reads the values for isPlainMapping. A value has no line structure, so it can span lines. */
export class FlowScanner {
  #at = 0;
  #items = 0;

  constructor(readonly text: string) {}

  /** The index after the value that starts at `start`; -1 if it is not one of the plain kinds. */
  endOfValue(start: number): number {
    this.#at = start;
    const first = this.text[start];
    if (first === '[' || first === '{' || first === '"' || first === "'") {
      if (!this.#readItem(0) || this.#hasMarker(start)) return -1;
      return this.#at;
    }
    plain.lastIndex = start;
    const [line] = plain.exec(this.text) ?? [];
    if (line === undefined) return -1;
    const comment = line.indexOf(' #');
    const scalar = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
    if (scalar.includes(': ') || scalar.endsWith(':') || odd.test(scalar)) return -1;
    return start + scalar.length;
  }

  /** `---` and `...` at the start of a line end a document, even inside a value. */
  #hasMarker(start: number): boolean {
    for (
      let at = this.text.indexOf('\n', start);
      at >= 0 && at < this.#at;
      at = this.text.indexOf('\n', at + 1)
    ) {
      if (this.text.startsWith('---', at + 1) || this.text.startsWith('...', at + 1)) return true;
    }
    return false;
  }

  #readItem(depth: number): boolean {
    if (++this.#items > mostItems) return false;
    switch (this.text[this.#at]) {
      case '[':
        return depth < deepest && this.#readCollection(']', () => this.#readItem(depth + 1));
      case '{':
        return depth < deepest && this.#readCollection('}', () => this.#readPair(depth + 1));
      case "'":
        return this.#readSingleQuoted();
      case '"':
        return this.#match(doubleQuoted) !== undefined;
      default:
        return this.#readFlowPlain();
    }
  }

  /** A key and its value, or a key alone. */
  #readPair(depth: number): boolean {
    if (this.#match(flowKey) === undefined) return this.#readFlowPlain();
    this.#skipBlanks();
    return this.#readItem(depth);
  }

  #readCollection(closing: string, readItem: () => boolean): boolean {
    this.#at++;
    for (;;) {
      this.#skipBlanks();
      if (this.text[this.#at] === closing) break;
      if (!readItem()) return false;
      this.#skipBlanks();
      if (this.text[this.#at] === ',') this.#at++;
      else if (this.text[this.#at] !== closing) return false;
    }
    this.#at++;
    return true;
  }

  #readFlowPlain(): boolean {
    const scalar = this.#match(flowPlain);
    return scalar !== undefined && !odd.test(scalar.trimEnd());
  }

  #readSingleQuoted(): boolean {
    let end = this.text.indexOf("'", this.#at + 1);
    while (end >= 0 && this.text[end + 1] === "'") end = this.text.indexOf("'", end + 2);
    if (end < 0) return false;
    this.#at = end + 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skipBlanks(): void {
    while (this.text[this.#at] === ' ' || this.text[this.#at] === '\n') this.#at++;
  }
}
