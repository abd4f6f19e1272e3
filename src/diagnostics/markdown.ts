/**
 * Text from a lab, a master or a pull request in Markdown for GitHub. Whatever it contains, it cannot mention people, refer
 * to issues and commits, create markup or links, break out of its place, or hide anything. Every formatter of comments
 * uses these functions, and nothing else, for text that it did not write itself.
 */

/**
 * Characters that a reader does not see, or that change how others are shown: controls, directions, zero width, blanks
 * that are not a space, unassigned ones, and piles of accents.
 */
const hidden =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}{3})\p{M}/gu;

/** One line on which every character can be seen: others become `\u200b`. */
export function visible(text: string): string {
  return text.replaceAll(hidden, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The same for several lines; tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(/[^\n\t]+/g, (part) => visible(part));
}

/** Text as code: GitHub does not search it for mentions, links and references. */
export function markdownCode(text: string): string {
  return `<code>${entities(visible(text))}</code>`;
}

/**
 * Running text. GitHub searches for mentions and references after decoding entities, so these are broken up with an
 * invisible character as well: `@`, `#1`, `GH-1`, the ID of a commit.
 */
export function markdownText(text: string): string {
  return entities(visible(text))
    .replace(/&#(64|35);/g, `$&${separator}`)
    .replace(/\bgh-(?=\d)/gi, `$&${separator}`)
    .replace(/\b(?=[a-f]*\d)[0-9a-f]{7,64}\b/gi, (id) => id.replace(/.{6}(?=.)/g, `$&${separator}`));
}

const separator = '&#8203;';

/** A block of text below a summary that is shown when a reader unfolds it. @param summary Markdown from these functions */
export function foldedDiff(summary: string, body: string): string {
  const shown = visibleLines(body);
  const fence = fenceFor(shown);
  return [`<details><summary>${summary}</summary>`, '', `${fence}diff`, shown, fence, '', '</details>'].join(
    '\n',
  );
}

/** A fence longer than any run of backticks in the text. */
function fenceFor(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((max, run) => Math.max(max, run.length), 2);
  return '`'.repeat(longest + 1);
}

/** Everything but letters, digits and harmless signs as entities; a hyphen only between letters and digits. */
function entities(text: string): string {
  return text.replace(
    /[^\p{L}\p{N} ,;/-]|(?<![\p{L}\p{N}])-|-(?![\p{L}\p{N}])/gu,
    (character) => `&#${character.codePointAt(0) ?? 0};`,
  );
}
