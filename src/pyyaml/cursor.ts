import { code, isGap } from './characters.js';

/** A position in a text that moves forward. After the end it reads NUL, which no YAML text contains. */
export class Cursor {
  readonly text: string;
  at = 0;
  line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.text = `${text}\0`;
    // A byte order mark at the start is not part of the text.
    if (this.code() === code.byteOrderMark) this.at = this.#lineStart = 1;
  }

  get column(): number {
    return this.at - this.#lineStart;
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  /** Skips the line end that is here. @returns its normalized form */
  skipBreak(): string {
    const first = this.code();
    this.at += first === code.carriageReturn && this.code(1) === code.lineFeed ? 2 : 1;
    this.line++;
    this.#lineStart = this.at;
    if (first === code.lineSeparator) return '\u2028';
    return first === code.paragraphSeparator ? '\u2029' : '\n';
  }

  /** `---` or `...` alone at the start of a line. */
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
