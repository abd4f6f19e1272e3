import { limitError } from '../errors.js';
import { maximumOutput, reserveText } from '../limits.js';

/** Where rendered text goes: the output, or the buffer of a macro or a set block. */
export class Out {
  text = '';
  #deferred: Error | undefined;
  readonly #maximum = maximumOutput();

  write(text: string): void {
    this.text += text;
    if (this.text.length > this.#maximum) {
      throw limitError(`the rendered text is longer than ${this.#maximum} bytes`);
    }
  }

  /** Keeps an error for the end, where Python joins the pieces and finds one that is not a string. */
  defer(error: Error): void {
    this.#deferred ??= error;
  }

  /** Appends another output, including its kept error. */
  append(other: Out): void {
    this.writeAll(other);
    if (other.#deferred !== undefined) this.defer(other.#deferred);
  }

  protected writeAll(other: Out): void {
    this.write(other.text);
  }

  /** The text of a buffer as a value. */
  take(): string {
    if (this.#deferred !== undefined) throw this.#deferred;
    reserveText(this.text.length);
    return this.text;
  }

  /** Checks what can only be known at the end: the size in UTF-8. */
  finish(): void {
    if (this.#deferred !== undefined) throw this.#deferred;
    if (this.text.length * 3 > this.#maximum && Buffer.byteLength(this.text) > this.#maximum) {
      throw limitError(`the rendered text is longer than ${this.#maximum} bytes`);
    }
  }

  /** Notes where the following text comes from; null for an Out that does not trace. */
  readonly from: ((file: string, line: number) => void) | null = null;
}
