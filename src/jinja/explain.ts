import { findKeyLines } from '../pyyaml/index.js';
import type { Segment, TracingOut } from './runtime/tracing-out.js';

/** One line of rendered text. */
export interface ExplainedLine {
  readonly text: string;
  /** The template and line that produced its first visible character. */
  readonly file: string;
  readonly line: number;
}

/** A rendering with the template and line that produced each line and each key of it. */
export interface Explanation {
  readonly text: string;
  readonly lines: readonly ExplainedLine[];
  /** By the path of the key, e.g. `actions.boot.methods.qemu` or `commands.0`; empty if LAVA cannot read the text. */
  readonly keys: ReadonlyMap<string, ExplainedLine>;
}

/** Assembles the pieces of a traced rendering. */
export function explainRendering(out: TracingOut): Explanation {
  const lines = explainLines(out.segments);
  let keys: ReadonlyMap<string, ExplainedLine> | undefined;
  return {
    text: out.text,
    lines,
    // The text is parsed only if the keys are requested.
    get keys() {
      return (keys ??= explainKeys(out.text, lines));
    },
  };
}

function explainLines(segments: readonly Segment[]): ExplainedLine[] {
  const lines: ExplainedLine[] = [];
  let text = '';
  let origin: Segment | null = null;
  const flush = () => {
    lines.push({ text, file: origin?.file ?? '', line: origin?.line ?? 0 });
    text = '';
    origin = null;
  };
  for (const segment of segments) {
    const pieces = segment.text.split('\n');
    pieces.forEach((piece, index) => {
      if (index > 0) flush();
      // Indentation often comes from the previous line; the visible text determines the origin.
      if (origin === null || text.trim() === '') origin = piece === '' && origin !== null ? origin : segment;
      text += piece;
    });
  }
  if (text !== '') flush();
  return lines;
}

function explainKeys(text: string, lines: readonly ExplainedLine[]): Map<string, ExplainedLine> {
  const keys = new Map<string, ExplainedLine>();
  for (const [path, number] of findKeyLines(text)) {
    const line = lines[number - 1];
    if (line !== undefined) keys.set(path, line);
  }
  return keys;
}
