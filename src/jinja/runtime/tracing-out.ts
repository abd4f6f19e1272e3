import { spend } from '../limits.js';
import { Out } from './out.js';

/** A piece of output and the template line it came from. */
export interface Segment {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

/** Output that remembers where each piece of it came from. */
export class TracingOut extends Out {
  readonly segments: Segment[] = [];
  #file = '';
  #line = 0;

  override readonly from = (file: string, line: number): void => {
    this.#file = file;
    this.#line = line;
  };

  override write(text: string): void {
    super.write(text);
    if (text !== '') this.segments.push({ text, file: this.#file, line: this.#line });
  }

  protected override writeAll(other: Out): void {
    if (other instanceof TracingOut) this.splice(other.segments);
    else super.writeAll(other);
  }

  /** Adds text whose pieces are known. */
  splice(segments: readonly Segment[]): void {
    spend(segments.length);
    for (const segment of segments) {
      super.write(segment.text);
      this.segments.push(segment);
    }
  }
}

const MOST_TEXTS = 10_000;

/**
 * Where the texts of macros, blocks and set blocks come from. Such a text is a value that is usually printed unchanged:
 * at once or, if it has several lines, from a variable. A filter that changes it produces a different text.
 */
export class Trace {
  #last: { readonly text: string; readonly segments: readonly Segment[] } | null = null;
  readonly #texts = new Map<string, readonly Segment[]>();

  keep(text: string, segments: readonly Segment[]): void {
    this.#last = { text, segments };
    if (text.includes('\n') && this.#texts.size < MOST_TEXTS) this.#texts.set(text, segments);
  }

  /** Earlier texts are unrelated to what is printed next, unless they are recognized by their lines. */
  forgetLast(): void {
    this.#last = null;
  }

  find(text: string): readonly Segment[] | undefined {
    return this.#last?.text === text ? this.#last.segments : this.#texts.get(text);
  }
}
