/**
 * Parses Python's regular expressions as used in jobs and device templates. Rejects constructs that cannot be matched in
 * linear time (back-references, look-around), because both the pattern and the text are untrusted.
 *
 *   either   = sequence { "|" sequence }
 *   sequence = { atom [ bounds [ "?" ] ] }
 *   atom     = group | set | escape | "." | "^" | "$" | character
 *   group    = "(" [ "?:" | "?P<" name ">" ] either ")"
 */
import { charClasses, withBothCases, type CharSet } from './char-set.js';
import { Cursor } from './cursor.js';
import { parseEscapedChar, parseSet } from './parse-chars.js';
import { RegexSyntaxError } from './syntax-error.js';
import type { Assertion, ParsedRegex, RegexFlags, RegexNode } from './tree.js';

const maxRepeat = 1000;
const maxDepth = 100;

interface Parsing {
  readonly cursor: Cursor;
  readonly flags: RegexFlags;
  readonly groupNames: Map<string, number>;
  groupCount: number;
  depth: number;
}

/**
 * Parses a pattern in Python's syntax.
 * @throws RegexSyntaxError when the pattern is not valid, or uses a construct that cannot be matched in linear time
 */
export function parseRegex(pattern: string, given: RegexFlags): ParsedRegex {
  const cursor = new Cursor(pattern);
  const flags = parseFlags(cursor, given);
  const parsing: Parsing = { cursor, flags, groupNames: new Map(), groupCount: 0, depth: 0 };
  const root = parseEither(parsing);
  if (!cursor.isAtEnd) throw new RegexSyntaxError("unbalanced ')'", cursor.at);
  return { root, flags, groupCount: parsing.groupCount, groupNames: parsing.groupNames };
}

/** Reads flags such as `(?i)`, which apply to the whole pattern. */
function parseFlags(cursor: Cursor, given: RegexFlags): RegexFlags {
  const start = cursor.at;
  const letters = cursor.takeMatch(/(?:\(\?[aimsLux]+\))*/y)?.[0] ?? '';
  if (letters.includes('x')) throw new RegexSyntaxError('the verbose flag is not supported', start);
  return {
    dotAll: given.dotAll || letters.includes('s'),
    multiLine: given.multiLine || letters.includes('m'),
    ignoreCase: given.ignoreCase || letters.includes('i'),
  };
}

function parseEither(parsing: Parsing): RegexNode {
  const { cursor } = parsing;
  parsing.depth += 1;
  if (parsing.depth > maxDepth) {
    throw new RegexSyntaxError(`groups nested deeper than ${maxDepth}`, cursor.at);
  }
  const first = parseSequence(parsing);
  const options = [first];
  while (cursor.take('|')) options.push(parseSequence(parsing));
  parsing.depth -= 1;
  return options.length === 1 ? first : { kind: 'either', options };
}

function parseSequence(parsing: Parsing): RegexNode {
  const { cursor } = parsing;
  const items: RegexNode[] = [];
  skipComments(cursor);
  while (!cursor.isAtEnd && cursor.peek() !== '|' && cursor.peek() !== ')') {
    const atom = parseAtom(parsing);
    skipComments(cursor);
    items.push(parseRepeat(cursor, atom));
    skipComments(cursor);
  }
  const [only] = items;
  if (only === undefined) return { kind: 'empty' };
  return items.length === 1 ? only : { kind: 'sequence', items };
}

function skipComments(cursor: Cursor): void {
  for (let start = cursor.at; cursor.take('(?#'); start = cursor.at) {
    if (cursor.takeMatch(/[^)]*\)/y) === null) {
      throw new RegexSyntaxError('missing ) after a comment', start);
    }
  }
}

function parseRepeat(cursor: Cursor, item: RegexNode): RegexNode {
  const start = cursor.at;
  const bounds = parseBounds(cursor);
  if (bounds === undefined) return item;
  if (item.kind === 'assert') throw new RegexSyntaxError('nothing to repeat', start);
  const isLazy = cursor.take('?');
  if (!isLazy && cursor.peek() === '+') {
    throw new RegexSyntaxError('possessive quantifiers are not supported', cursor.at);
  }
  const again = cursor.at;
  if (parseBounds(cursor) !== undefined) throw new RegexSyntaxError('multiple repeat', again);
  return { kind: 'repeat', item, ...bounds, isLazy };
}

/** Reads how often the preceding atom may occur. @returns undefined if there is no quantifier here */
function parseBounds(cursor: Cursor): { readonly min: number; readonly max: number } | undefined {
  if (cursor.take('*')) return { min: 0, max: Infinity };
  if (cursor.take('+')) return { min: 1, max: Infinity };
  if (cursor.take('?')) return { min: 0, max: 1 };
  const start = cursor.at;
  // As in Python, braces that are not a count are literal.
  const counted = cursor.takeMatch(/\{(?:(\d+)|(\d*),(\d*))\}/y);
  if (counted === null) return undefined;
  const [, exactly, low, high] = counted;
  const min = Number(exactly ?? low);
  const max = exactly === undefined && high === '' ? Infinity : Number(exactly ?? high);
  if (min > maxRepeat || (max !== Infinity && max > maxRepeat)) {
    throw new RegexSyntaxError(`repeats more than ${maxRepeat} times`, start);
  }
  if (max < min) throw new RegexSyntaxError('min repeat greater than max repeat', start);
  return { min, max };
}

function parseAtom(parsing: Parsing): RegexNode {
  const { cursor, flags } = parsing;
  const char = cursor.peek();
  switch (char) {
    case '(':
      return parseGroup(parsing);
    case '[':
      return setNode(parseSet(cursor), flags);
    case '\\':
      return parseEscape(cursor, flags);
  }
  const start = cursor.at;
  if (parseBounds(cursor) !== undefined) throw new RegexSyntaxError('nothing to repeat', start);
  cursor.take(char);
  switch (char) {
    case '.':
      return { kind: 'set', set: { ranges: flags.dotAll ? [] : [[0x0a, 0x0a]], negated: true } };
    case '^':
      return { kind: 'assert', at: flags.multiLine ? 'line-start' : 'text-start' };
    case '$':
      return { kind: 'assert', at: flags.multiLine ? 'line-end' : 'text-end-or-newline' };
    default:
      return literal(char.charCodeAt(0), flags);
  }
}

function parseGroup(parsing: Parsing): RegexNode {
  const { cursor } = parsing;
  const start = cursor.at;
  cursor.take('(');
  const index = cursor.take('?:') ? undefined : openGroup(parsing, start);
  const item = parseEither(parsing);
  if (!cursor.take(')')) throw new RegexSyntaxError("missing ')'", start);
  return index === undefined ? item : { kind: 'group', index, item };
}

/** Reads the start of a capturing group, after its bracket. @returns the group's number */
function openGroup(parsing: Parsing, start: number): number {
  const { cursor, groupNames } = parsing;
  const name = cursor.takeMatch(/\?P<([A-Za-z_][A-Za-z0-9_]*)>/y)?.[1];
  if (name === undefined && cursor.peek() === '?') throw new RegexSyntaxError(whyNoGroup(cursor), start);
  parsing.groupCount += 1;
  if (name === undefined) return parsing.groupCount;
  if (groupNames.has(name)) throw new RegexSyntaxError(`group name '${name}' is used twice`, start);
  groupNames.set(name, parsing.groupCount);
  return parsing.groupCount;
}

function whyNoGroup(cursor: Cursor): string {
  const rest = cursor.pattern.slice(cursor.at, cursor.at + 20);
  if (/^\?[aimsLux]+\)/.test(rest)) return 'flags are only allowed at the start';
  if (/^\?<?[=!]/.test(rest)) return 'look-ahead and look-behind are not supported';
  return `unsupported group '(${rest.slice(0, 3)}'`;
}

const assertions: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'text-start'],
  ['Z', 'text-end'],
  ['b', 'word-edge'],
  ['B', 'no-word-edge'],
]);

function parseEscape(cursor: Cursor, flags: RegexFlags): RegexNode {
  const letter = cursor.peek(1);
  if (/[1-9]/.test(letter)) throw new RegexSyntaxError('back-references are not supported', cursor.at);
  const assertion = assertions.get(letter);
  if (assertion !== undefined) {
    cursor.at += 2;
    return { kind: 'assert', at: assertion };
  }
  const set = charClasses.get(letter);
  if (set !== undefined) {
    cursor.at += 2;
    return { kind: 'set', set };
  }
  return literal(parseEscapedChar(cursor), flags);
}

function literal(code: number, flags: RegexFlags): RegexNode {
  return setNode({ ranges: [[code, code]], negated: false }, flags);
}

function setNode(set: CharSet, { ignoreCase }: RegexFlags): RegexNode {
  return { kind: 'set', set: ignoreCase ? { ...set, ranges: withBothCases(set.ranges) } : set };
}
