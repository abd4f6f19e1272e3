import { nearest } from '../../diagnostics/index.js';
import { T, type Token } from './tokens.js';

/** What to do about a character that Jinja2 does not know. */
export function hintForCharacter(character: string): string | undefined {
  if ('\'"'.includes(character)) return 'The text in quotes that begins here does not end.';
  if ('‘’“”„«»`´'.includes(character)) return `Texts stand in straight quotes: 'text' or "text".`;
  return { '&': 'Write: a and b.', '!': 'Write: not a.', '?': 'Write: a if test else b.' }[character];
}

/** Where a tag should end and something else comes. */
export function hintForTagEnd(start: Token | null, token: Token, isFirstInLine: boolean): string {
  const close = start?.type === T.VARIABLE_START ? '}}' : '%}';
  if (start !== null && (token.type === T.END || (isFirstInLine && token.lineno > start.lineno)))
    return `The ${start.value} in line ${start.lineno + 1} does not end: is its ${close} missing?`;
  if (token.type === T.OPERATOR && token.value === '==') return 'One = gives a variable its value.';
  if (token.type === T.OPERATOR && token.value === '=') return 'Two == compare.';
  if (token.type === T.OPERATOR && token.value === '-') return 'Names have no "-": write _.';
  return `Is there something missing before it: quotes round a text, brackets round what a filter takes, an operator, or ${close}?`;
}

/** What other languages call it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  elseif: 'elif',
  elsif: 'elif',
  fi: 'endif',
  done: 'endfor',
  foreach: 'for',
  let: 'set',
  var: 'set',
};

/** Jinja2 has them as extensions, which LAVA does not load. */
const EXTENSIONS: readonly string[] = ['do', 'break', 'continue', 'trans', 'pluralize', 'debug'];

/** What to do about a tag that there is none of; `known` are those that there may be. */
export function hintForTag(tag: string, known: readonly string[]): string | undefined {
  if (EXTENSIONS.includes(tag)) return `LAVA has no {% ${tag} %}.`;
  const other = Object.hasOwn(ELSEWHERE, tag) ? ELSEWHERE[tag] : undefined;
  const alike = known.filter((name) => name.startsWith(tag.charAt(0)));
  const meant = other ?? nearest(tag, alike);
  if (meant !== undefined && meant !== tag) return `Did you mean {% ${meant} %}?`;
  const begin = tag === 'else' || tag === 'elif' ? 'if' : /^end(\w+)$/.exec(tag)?.[1];
  return begin === undefined ? undefined : `There is no {% ${begin} %} that is open here.`;
}
