import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
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
  /** By the path of the key, e.g. `actions.boot.methods.qemu` or `commands.0`; empty when the text is no YAML. */
  readonly keys: ReadonlyMap<string, ExplainedLine>;
}

/** Puts the pieces of a traced rendering together. */
export function explainRendering(out: TracingOut): Explanation {
  const lines = explainLines(out.segments);
  let keys: ReadonlyMap<string, ExplainedLine> | undefined;
  return {
    text: out.text,
    lines,
    // Only those who ask for keys need the text to be parsed.
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
      // Indentation often comes from the line before; what is visible says where a line is from.
      if (origin === null || text.trim() === '') origin = piece === '' && origin !== null ? origin : segment;
      text += piece;
    });
  }
  if (text !== '') flush();
  return lines;
}

function explainKeys(text: string, lines: readonly ExplainedLine[]): Map<string, ExplainedLine> {
  const keys = new Map<string, ExplainedLine>();
  const counter = new LineCounter();
  const options = {
    lineCounter: counter,
    logLevel: 'silent',
    uniqueKeys: false,
    prettyErrors: false,
  } as const;
  const document = parseDocument(text, options);
  const note = (path: string, node: Node) => {
    const line =
      node.range === null || node.range === undefined
        ? undefined
        : lines[counter.linePos(node.range[0]).line - 1];
    if (line !== undefined && path !== '') keys.set(path, line);
  };
  const visit = (node: unknown, path: string) => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (!isScalar(key)) continue;
        const inner = path === '' ? String(key.value) : `${path}.${String(key.value)}`;
        note(inner, key);
        visit(value, inner);
      }
    } else if (isSeq(node)) {
      node.items.forEach((item, index) => {
        const inner = path === '' ? String(index) : `${path}.${index}`;
        if (isMap(item) || isSeq(item) || isScalar(item)) note(inner, item);
        visit(item, inner);
      });
    }
  };
  if (document.errors.length === 0) visit(document.contents, '');
  return keys;
}
