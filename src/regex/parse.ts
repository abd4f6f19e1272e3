/**
 * Parses Python's regular expressions as used in jobs and device templates. Rejects constructs that cannot be matched in
 * linear time (back-references, look-around), because both the pattern and the text are untrusted.
 *
 *   either   = sequence { "|" sequence }
 *   sequence = { atom [ bounds [ "?" ] ] }
 *   atom     = group | set | escape | "." | "^" | "$" | character
 *   group    = "(" [ "?:" | "?" flags [ "-" flags ] ":" | "?P<" name ">" ] either ")"
 */
import { caseVariants } from './case-variants.js';
import { classOf } from './char-set.js';
import { Cursor } from './cursor.js';
import { parseEscapedAtom, parseSet, type SetItems } from './parse-chars.js';
import { parseGlobalFlags, parseScopedFlags } from './parse-flags.js';
import { RegexSyntaxError } from './syntax-error.js';
import type { Assertion, ParsedRegex, RegexFlags, RegexNode } from './tree.js';

const maxRepeat = 1000;
const maxDepth = 100;

interface Parsing {
  readonly cursor: Cursor;
  /** Those of the innermost group. */
  flags: RegexFlags;
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
  const flags = parseGlobalFlags(cursor, given);
  const parsing: Parsing = { cursor, flags, groupNames: new Map(), groupCount: 0, depth: 0 };
  const root = parseEither(parsing);
  if (!cursor.isAtEnd) throw new RegexSyntaxError("unbalanced ')'", cursor.at);
  return { root, groupCount: parsing.groupCount, groupNames: parsing.groupNames };
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
      return setNode(parseSet(cursor, flags.ascii), flags);
    case '\\':
      return parseEscape(cursor, flags);
  }
  const start = cursor.at;
  if (parseBounds(cursor) !== undefined) throw new RegexSyntaxError('nothing to repeat', start);
  cursor.take(char);
  switch (char) {
    case '.':
      return setNode({ ranges: flags.dotAll ? [] : [[0x0a, 0x0a]], classes: [], negated: true }, flags);
    case '^':
      return { kind: 'assert', at: flags.multiLine ? 'line-start' : 'text-start' };
    case '$':
      return { kind: 'assert', at: flags.multiLine ? 'line-end' : 'text-end-or-newline' };
    default:
      return literal(char.charCodeAt(0), flags);
  }
}

function parseGroup(parsing: Parsing): RegexNode {
  const { cursor, flags } = parsing;
  const start = cursor.at;
  cursor.take('(');
  const scoped = parseScopedFlags(cursor, flags);
  const index = scoped === undefined ? openGroup(parsing, start) : undefined;
  parsing.flags = scoped ?? flags;
  const item = parseEither(parsing);
  parsing.flags = flags;
  if (!cursor.take(')')) throw new RegexSyntaxError("missing ')'", start);
  if (index !== undefined) return { kind: 'group', index, item };
  // Unlike a bare assertion, a group with one may be repeated.
  return item.kind === 'assert' ? { kind: 'sequence', items: [item] } : item;
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
  if (/^\?[aimsLux]+\)/.test(rest)) return 'flags for the whole pattern are only allowed at the start';
  if (/^\?<?[=!]/.test(rest)) return 'look-ahead and look-behind are not supported';
  return `unsupported group '(${rest.slice(0, 3)}'`;
}

function parseEscape(cursor: Cursor, flags: RegexFlags): RegexNode {
  const letter = cursor.peek(1);
  const at = assertionOf(letter, flags.ascii);
  const known = classOf(letter, flags.ascii);
  if (at === undefined && known === undefined) return literal(parseEscapedAtom(cursor), flags);
  cursor.at += 2;
  if (at !== undefined) return { kind: 'assert', at };
  return setNode({ ranges: [], classes: known === undefined ? [] : [known], negated: false }, flags);
}

function assertionOf(letter: string, ascii: boolean): Assertion | undefined {
  switch (letter) {
    case 'A':
      return 'text-start';
    case 'Z':
      return 'text-end';
    case 'b':
      return ascii ? 'ascii-word-edge' : 'word-edge';
    case 'B':
      return ascii ? 'no-ascii-word-edge' : 'no-word-edge';
    default:
      return undefined;
  }
}

function literal(code: number, flags: RegexFlags): RegexNode {
  return setNode({ ranges: [[code, code]], classes: [], negated: false }, flags);
}

function setNode(items: SetItems, { ignoreCase, ascii }: RegexFlags): RegexNode {
  // Most sets have no letters. They stay plain text, which is found faster.
  const hasCases = ignoreCase && items.ranges.some(([low, high]) => low !== high || hasVariants(low, ascii));
  return { kind: 'set', set: { ...items, ignoreCase: !hasCases ? 'no' : ascii ? 'ascii' : 'unicode' } };
}

function hasVariants(code: number, ascii: boolean): boolean {
  return caseVariants(code, ascii ? 'ascii' : 'unicode').length > 1;
}
