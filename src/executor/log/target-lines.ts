/** An unfinished line is cut at this length, so that it cannot fill the memory. */
const maxPartialLength = 1_000_000;

/**
 * Splits console text into lines for the log. Removes carriage returns and escape characters, joins empty lines that
 * arrived as `\n\n`, and keeps an unfinished line until it ends.
 */
export class TargetLines {
  #partial = '';

  readonly #emit: (line: string) => void;

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  push(text: string): void {
    // eslint-disable-next-line no-control-regex -- escape characters would let a board control the reader's terminal
    const lines = (this.#partial + text.replace(/[\r\u001b]/g, '')).replace(/\n{2,}/g, '\n').split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#emit(line);
    if (this.#partial.length >= maxPartialLength) this.flush();
  }

  /** Returns the unfinished line. Call this when no more text will arrive. */
  flush(): void {
    if (this.#partial !== '') this.#emit(this.#partial);
    this.#partial = '';
  }
}
