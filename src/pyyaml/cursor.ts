import { code, isGap } from './characters.js';

/** A place in a text that moves forward; behind the text stands NUL, which no YAML text holds. */
export class Cursor {
  readonly text: string;
  at = 0;
  line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.text = `${text}\0`;
    // A byte order mark before everything is none of the text.
    if (this.code() === code.byteOrderMark) this.at = this.#lineStart = 1;
  }

  get column(): number {
    return this.at - this.#lineStart;
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  /** Goes past the line end that is here. @returns it, as it counts in a text */
  skipBreak(): string {
    const first = this.code();
    this.at += first === code.carriageReturn && this.code(1) === code.lineFeed ? 2 : 1;
    this.line++;
    this.#lineStart = this.at;
    if (first === code.lineSeparator) return '\u2028';
    return first === code.paragraphSeparator ? '\u2029' : '\n';
  }

  /** `---` or `...` at the start of a line, alone. */
  isAtMarker(): boolean {
    const first = this.code();
    return (
      (first === code.dash || first === code.dot) &&
      this.column === 0 &&
      this.code(1) === first &&
      this.code(2) === first &&
      isGap(this.code(3))
    );
  }
}
