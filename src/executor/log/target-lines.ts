/** A line the board never ends is cut here, so that it cannot fill the memory. */
const maxPartialLength = 1_000_000;

/**
 * Cuts console text into lines for the log: carriage returns and escape characters go, empty lines that came as
 * `\n\n` are joined, an unfinished line waits for its end.
 */
export class TargetLines {
  #partial = '';

  readonly #emit: (line: string) => void;

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  push(text: string): void {
    // eslint-disable-next-line no-control-regex -- escape characters would let a board write over the reader's terminal
    const lines = (this.#partial + text.replace(/[\r\u001b]/g, '')).replace(/\n{2,}/g, '\n').split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#emit(line);
    if (this.#partial.length >= maxPartialLength) this.flush();
  }

  /** The unfinished line, when nothing will come after it. */
  flush(): void {
    if (this.#partial !== '') this.#emit(this.#partial);
    this.#partial = '';
  }
}
