import { scanTags, type Tag } from './scan-tags.js';
import { namesIn } from './variables.js';

const mostSteps = 4;

/**
 * The names of the variables that a line of a template prints, nearest first: those in its `{{ ... }}`, then those from
 * which a `for` or `set` of the same template computes them.
 * @param line counts from 1
 * @param steps how often to follow a `for` or `set`; 0: only what is in `{{ ... }}`
 */
export function namesPrintedOn(template: string, line: number, steps = mostSteps): readonly string[] {
  const [start, end] = rangeOfLine(template, line);
  const tags = scanTags(template);
  const printed = tags.filter(
    (tag) => tag.kind === 'output' && tag.start < end && tag.start + tag.text.length >= start,
  );
  const names = new Set(printed.flatMap(({ text }) => namesIn(text)));
  let fresh: ReadonlySet<string> = names;
  for (let step = 0; step < steps && fresh.size > 0; step++) {
    const more = new Set<string>();
    for (const tag of tags) {
      for (const name of sourcesIn(tag, fresh)) if (!names.has(name)) more.add(name);
    }
    for (const name of more) names.add(name);
    fresh = more;
  }
  return [...names];
}

function rangeOfLine(text: string, line: number): [start: number, end: number] {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf('\n', start);
    if (next < 0) return [text.length, text.length];
    start = next + 1;
  }
  const end = text.indexOf('\n', start);
  return [start, end < 0 ? text.length : end];
}

/** The names from which a `for` or `set` computes one of `targets`. */
function sourcesIn({ kind, text }: Tag, targets: ReadonlySet<string>): string[] {
  if (kind === 'output') return [];
  const loop = /^[-+]?\s*for\s+([\w\s,()]+?)\s+in\s/.exec(text);
  const assignment = loop === null ? /^[-+]?\s*set\s+([\w\s,]+?)\s*=/.exec(text) : null;
  const [head, list] = loop ?? assignment ?? [];
  if (head === undefined || list === undefined) return [];
  return namesIn(list).some((name) => targets.has(name)) ? namesIn(text.slice(head.length)) : [];
}
