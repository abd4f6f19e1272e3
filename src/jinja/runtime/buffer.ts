import type { Run } from './context.js';
import { Out } from './out.js';
import { TracingOut } from './tracing-out.js';

/** Where the text of a macro, a block or a set block is collected. */
export function newBuffer(run: Run): Out {
  return run.trace === null ? new Out() : new TracingOut();
}

/** The text of a buffer as a value; a trace remembers where it came from. */
export function takeBuffer(run: Run, buffer: Out): string {
  const text = buffer.take();
  if (buffer instanceof TracingOut) run.trace?.keep(text, buffer.segments);
  return text;
}

/** Writes a text that a template line prints; a trace knows more precisely where the text of a buffer comes from. */
export function writeTraced(run: Run, out: Out, text: string, file: string, line: number): void {
  const segments = run.trace?.find(text);
  if (segments !== undefined && out instanceof TracingOut) {
    out.splice(segments);
    return;
  }
  out.from?.(file, line);
  out.write(text);
}
