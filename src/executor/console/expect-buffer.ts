import type { Regex } from '../regex/regex.js';
import type { RegexMatch } from '../regex/search.js';

/** How far back a pattern may begin before text that has been looked at already (LAVA looks back as far). */
const lookBack = 4000;
/** Console text nobody waited for is forgotten beyond this. */
const maxPending = 64 * 1024;

export interface Found {
  /** Which of the patterns. */
  readonly index: number;
  readonly match: RegexMatch;
  /** What came before the match, as far as it is still known. */
  readonly before: string;
}

/** The console text that nobody has matched yet. */
export class ExpectBuffer {
  #pending = '';
  #searched = 0;

  push(text: string): void {
    this.#pending += text;
    const excess = this.#pending.length - maxPending;
    if (excess > 0) {
      this.#pending = this.#pending.slice(excess);
      this.#searched = Math.max(0, this.#searched - excess);
    }
  }

  /**
   * The earliest match of any of the patterns, of several at one place the first in the list; it and all before it
   * are taken out. `patterns` may differ from call to call: `restart` makes the next call look at everything again.
   */
  take(patterns: readonly Regex[]): Found | undefined {
    const from = Math.max(0, this.#searched - lookBack);
    let best: Found | undefined;
    patterns.forEach((pattern, index) => {
      const match = pattern.search(this.#pending, from);
      if (match === undefined || (best !== undefined && best.match.start <= match.start)) return;
      best = { index, match, before: this.#pending.slice(0, match.start) };
    });
    this.#searched = this.#pending.length;
    const found: Found | undefined = best;
    if (found !== undefined) {
      this.#pending = this.#pending.slice(found.match.end);
      this.#searched = 0;
    }
    return found;
  }

  restart(): void {
    this.#searched = 0;
  }

  /** Takes one line with its end, when there is one. */
  takeLine(): string | undefined {
    const end = this.#pending.indexOf('\n');
    if (end === -1) return undefined;
    const line = this.#pending.slice(0, end + 1);
    this.#pending = this.#pending.slice(end + 1);
    this.#searched = 0;
    return line;
  }
}
