import { nearest } from '../../diagnostics/index.js';
import { T, type Token } from './tokens.js';

/** The hint for a character that Jinja2 does not know. */
export function hintForCharacter(character: string): string | undefined {
  if ('\'"'.includes(character)) return 'Close the quoted string that starts here.';
  if ('‘’“”„«»`´'.includes(character)) return `Use straight quotes: 'text' or "text".`;
  return { '&': 'Write: a and b.', '!': 'Write: not a.', '?': 'Write: a if test else b.' }[character];
}

/** The hint where a tag should end but something else follows. */
export function hintForTagEnd(start: Token | null, token: Token, isFirstInLine: boolean): string {
  const close = start?.type === T.VARIABLE_START ? '}}' : '%}';
  if (start !== null && (token.type === T.END || (isFirstInLine && token.lineno > start.lineno)))
    return `Close the ${start.value} on line ${start.lineno + 1} with ${close}.`;
  if (token.type === T.OPERATOR && token.value === '==') return 'Use a single = to assign a value.';
  if (token.type === T.OPERATOR && token.value === '=') return 'Use == to compare.';
  if (token.type === T.OPERATOR && token.value === '-') return 'Use _ instead of "-" in names.';
  return `Check for missing quotes, missing brackets around the arguments of a filter, a missing operator, or a missing ${close}.`;
}

/** The names in other languages. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  elseif: 'elif',
  elsif: 'elif',
  fi: 'endif',
  done: 'endfor',
  foreach: 'for',
  let: 'set',
  var: 'set',
};

/** Tags from Jinja2 extensions, which LAVA does not load. */
const EXTENSIONS: readonly string[] = ['do', 'break', 'continue', 'trans', 'pluralize', 'debug'];

/** The hint for an unknown tag; `known` are the tags that are possible there. */
export function hintForTag(tag: string, known: readonly string[]): string | undefined {
  if (EXTENSIONS.includes(tag)) return `Remove it: LAVA has no {% ${tag} %}.`;
  const other = Object.hasOwn(ELSEWHERE, tag) ? ELSEWHERE[tag] : undefined;
  const alike = known.filter((name) => name.startsWith(tag.charAt(0)));
  const meant = other ?? nearest(tag, alike);
  if (meant !== undefined && meant !== tag) return `Did you mean {% ${meant} %}?`;
  const begin = tag === 'else' || tag === 'elif' ? 'if' : /^end(\w+)$/.exec(tag)?.[1];
  return begin === undefined ? undefined : `Remove it, or add the missing {% ${begin} %}.`;
}
