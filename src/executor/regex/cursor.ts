/** Where the parser is in a pattern. */
export class Cursor {
  at = 0;

  constructor(readonly pattern: string) {}

  get isAtEnd(): boolean {
    return this.at >= this.pattern.length;
  }

  /** The character so far ahead; empty behind the end. */
  peek(ahead = 0): string {
    return this.pattern.charAt(this.at + ahead);
  }

  /** Moves behind `text` if it is next. */
  take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Moves behind what the sticky expression matches here; gives the match. */
  takeMatch(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.pattern);
    if (match !== null) this.at += match[0].length;
    return match;
  }
}
