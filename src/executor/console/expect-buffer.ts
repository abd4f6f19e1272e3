import type { Regex, RegexMatch } from '../../regex/index.js';

/** How far back a match may start in text that has been searched already (the same as in LAVA). */
const lookBack = 4000;
/** Text that nothing has waited for is dropped beyond this length. */
const maxPending = 64 * 1024;

export interface Found {
  /** The index of the pattern that matched. */
  readonly index: number;
  readonly match: RegexMatch;
  /** The text before the match, as far as it is still in the buffer. */
  readonly before: string;
}

/** The console text that has not been matched yet. */
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
   * Finds the earliest match of any of the patterns; at the same position, the first pattern in the list wins. Removes the
   * match and all text before it. If `patterns` changes, call `restart` so that the next call searches all text again.
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

  /** Removes and returns one line with its end, if the buffer contains one. */
  takeLine(): string | undefined {
    const end = this.#pending.indexOf('\n');
    if (end === -1) return undefined;
    const line = this.#pending.slice(0, end + 1);
    this.#pending = this.#pending.slice(end + 1);
    this.#searched = 0;
    return line;
  }
}
