/** Finds the structure of a text without knowing its language: parts that can be removed, repeated, swapped or nested. */

/** From an index, to an index. */
export type Span = readonly [start: number, end: number];

/** Each returns the parts of one kind. */
export const spanKinds: readonly ((text: string) => Span[])[] = [
  words,
  words,
  lines,
  brackets,
  elements,
  blocks,
  tags,
];

function words(text: string): Span[] {
  return matches(text, /[A-Za-z_][\w.-]*|\d+|[ \t]+|[^\sA-Za-z_\d]/g);
}

function lines(text: string): Span[] {
  return matches(text, /[^\n]*\n|[^\n]+$/g);
}

function matches(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)].map(({ index, 0: found }): Span => [index, index + found.length]);
}

const closings: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** `(...)`, `[...]`, `{...}` and quoted texts. */
function brackets(text: string): Span[] {
  const found: Span[] = [];
  const open: { readonly at: number; readonly closing: string }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const closing = closings[character];
    const last = open.at(-1);
    if (last?.closing === character) {
      found.push([last.at, at + 1]);
      open.pop();
    } else if (closing !== undefined) open.push({ at, closing });
    else if (character === '"' || character === "'") open.push({ at, closing: character });
    if (open.length > 500) open.shift();
  }
  return found;
}

/** `<name>...</name>`. */
function elements(text: string): Span[] {
  return paired(text, /<(\/?)([\w.:-]+)[^<>]*>/g);
}

/** `{% name %}...{% endname %}`. */
function tags(text: string): Span[] {
  return paired(text, /\{%[-+]?\s*(end)?(\w+)[^%]*%\}/g);
}

function paired(text: string, pattern: RegExp): Span[] {
  const found: Span[] = [];
  const open: { readonly at: number; readonly name: string }[] = [];
  for (const { index, 0: whole, 1: closing, 2: name = '' } of text.matchAll(pattern)) {
    if (closing === '' || closing === undefined) {
      open.push({ at: index, name });
      continue;
    }
    const at = open.findLastIndex((one) => one.name === name);
    const start = open[at];
    if (start === undefined) continue;
    open.length = at;
    found.push([start.at, index + whole.length]);
  }
  return found;
}

/** A line with the deeper lines below it. */
function blocks(text: string): Span[] {
  const all = lines(text).slice(0, 2000);
  const indents = all.map(([start, end]) => /^ */.exec(text.slice(start, end))?.[0].length ?? 0);
  return all.map(([start], index) => {
    const next = indents.findIndex((indent, at) => at > index && indent <= (indents[index] ?? 0));
    return [start, (next < 0 ? all.at(-1)?.[1] : all[next]?.[0]) ?? text.length];
  });
}
