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
  private file = '';
  private line = 0;

  override readonly from = (file: string, line: number): void => {
    this.file = file;
    this.line = line;
  };

  override write(text: string): void {
    super.write(text);
    if (text !== '') this.segments.push({ text, file: this.file, line: this.line });
  }
}

export function tracingOut(): TracingOut {
  return new TracingOut();
}
