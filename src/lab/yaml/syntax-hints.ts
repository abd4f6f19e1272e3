/** Signs of a mistake in a line, and what to do about it. The first that fits counts. */
const signs: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^ *\t/, 'Indent with spaces: YAML does not allow tabs.'],
  [
    /\{\{|\{%/,
    'Remove the Jinja2, or put the value in quotes: only dictionaries and templates (`.jinja2`) are rendered.',
  ],
  [
    /^\s*(?:- +)?(?:[\w.-]+: +|- *|.*[[,] *)[@`%]/,
    'Put the value in quotes: YAML reserves its first character.',
  ],
  [/^\s*(?:- +)?[\w.-]+: +[^\s"'[{|>&*#][^"'#]*:(?:\s|$)/, 'Put the value in quotes: it contains a colon.'],
  [/^\s*(?:- +)?[A-Za-z_][\w.-]*:[^\s:/]/, 'Write a blank after the colon.'],
  [/^[^"#]*"[^"]*$|^[^'"#]*[ [,]'[^']*$/, 'Close the quotation mark.'],
  [/^[^#"']*\[[^\]]*$|^[^#"']*\{[^}]*$/, 'Close the bracket.'],
  [/^\s*-[^\s-]/, 'Write a blank after the dash.'],
];

/**
 * What to do about a text that YAML cannot read: reading often ends a line after the mistake.
 * @param line where reading ended, from 1
 */
export function hintForSyntax(text: string, line: number): string {
  const lines = text.split('\n', line);
  const here = lines[line - 1] ?? '';
  if (line > 1 && /^(?:---|\.\.\.)(?:\s|$)/.test(here)) return oneDocument;
  const before = lines.slice(0, -1).findLast((one) => one.trim() !== '') ?? '';
  for (const one of [here, before]) {
    const sign = signs.find(([pattern]) => pattern.test(one.slice(0, longest)));
    if (sign !== undefined) return sign[1];
  }
  return 'Compare this line and its indentation with the lines before it.';
}

export const oneDocument = 'Keep one document, and remove the line `---` between them.';

/** Patterns are tested on at most so many characters of a line. */
const longest = 500;
