import { limitError } from '../errors.js';
import { maximumOutput } from '../limits.js';

/** Where rendered text goes: the output, or the buffer of a macro or a set block. */
export class Out {
  text = '';
  private readonly maximum = maximumOutput();

  write(text: string): void {
    this.text += text;
    if (this.text.length > this.maximum) {
      throw limitError(`the rendered text is longer than ${this.maximum} bytes`);
    }
  }

  /** Checks what can only be known at the end: the size in UTF-8. */
  finish(): void {
    if (this.text.length * 3 > this.maximum && Buffer.byteLength(this.text) > this.maximum) {
      throw limitError(`the rendered text is longer than ${this.maximum} bytes`);
    }
  }

  /** Notes where the following text comes from; only a tracing Out keeps it. */
  from(_file: string, _line: number): void {
    // Plain output does not ask.
  }
}
