/** One `{% ... %}` or `{{ ... }}` of a template: the text between the markers, and the index where that text starts. */
export interface Tag {
  readonly kind: 'statement' | 'output';
  readonly text: string;
  readonly start: number;
}

/**
 * Finds the tags of a Jinja2 template in order, without those in comments and raw blocks. It parses nothing else, so it
 * finds the references of a template even if a later part of the template is broken.
 */
export function scanTags(template: string): Tag[] {
  const tags: Tag[] = [];
  const opening = /\{[{%#]/g;
  for (let match = opening.exec(template); match !== null; match = opening.exec(template)) {
    const start = match.index + 2;
    if (match[0] === '{#') {
      const end = template.indexOf('#}', start);
      if (end < 0) return tags;
      opening.lastIndex = end + 2;
      continue;
    }
    const end = endOfTag(template, start, match[0] === '{{' ? '}}' : '%}');
    if (end < 0) return tags;
    opening.lastIndex = end + 2;
    const text = template.slice(start, end);
    if (match[0] === '{{') {
      tags.push({ kind: 'output', text, start });
      continue;
    }
    if (/^[-+]?\s*raw\s*[-+]?$/.test(text)) {
      const rest = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;
      rest.lastIndex = opening.lastIndex;
      if (rest.exec(template) === null) return tags;
      opening.lastIndex = rest.lastIndex;
      continue;
    }
    tags.push({ kind: 'statement', text, start });
  }
  return tags;
}

/** The index of the end marker, skipping strings and brackets; -1 if the tag has no end. */
function endOfTag(template: string, start: number, marker: string): number {
  const interesting = /['"]|[([{]|\}\}|%\}|[)\]}]/g;
  interesting.lastIndex = start;
  let depth = 0;
  for (let match = interesting.exec(template); match !== null; match = interesting.exec(template)) {
    const [found] = match;
    if (found === '"' || found === "'") {
      const end = endOfString(template, match.index);
      if (end < 0) return -1;
      interesting.lastIndex = end;
    } else if (depth === 0 && found === marker) {
      return match.index;
    } else if ('([{'.includes(found)) {
      depth++;
    } else if (found !== '%}') {
      // Inside brackets, `}}` closes two brackets, one at a time.
      depth = Math.max(0, depth - 1);
      interesting.lastIndex = match.index + 1;
    }
  }
  return -1;
}

/** The index after the string literal that starts at `start`; -1 if it does not end. */
export function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at + 1;
  }
  return -1;
}
