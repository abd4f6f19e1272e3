/**
 * Python's regular expressions as jobs and device templates use them, parsed into a small tree. What cannot be matched
 * in linear time (back-references, look-around) is refused with a message, because both the pattern and the text it
 * meets come from outside.
 */

/** Inclusive ranges of code units. */
export interface CharSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly negated: boolean;
}

export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'assert'; readonly at: Assertion }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'either'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly item: RegexNode }
  | {
      readonly kind: 'repeat';
      readonly item: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly isLazy: boolean;
    };

export type Assertion =
  | 'text-start'
  | 'line-start'
  | 'text-end'
  | 'text-end-or-newline'
  | 'line-end'
  | 'word-edge'
  | 'no-word-edge';

/** Flags as Python's `re`: `s` is DOTALL, `m` MULTILINE, `i` IGNORECASE, `x` VERBOSE is refused. */
export interface RegexFlags {
  readonly dotAll: boolean;
  readonly multiLine: boolean;
  readonly ignoreCase: boolean;
}

export interface ParsedRegex {
  readonly root: RegexNode;
  readonly flags: RegexFlags;
  /** Number of groups, the whole match (0) not counted. */
  readonly groupCount: number;
  readonly groupNames: ReadonlyMap<string, number>;
}

/** What is wrong with a pattern, and where (a character position). */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';

  constructor(message: string, at: number) {
    super(`${message} (at position ${at})`);
  }
}

const maxRepeat = 1000;
const maxDepth = 100;

const digit: CharSet = { ranges: [[0x30, 0x39]], negated: false };
const word: CharSet = {
  ranges: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
    // Python counts letters of every alphabet as word characters; console text beyond Latin-1 is taken as such.
    [0xc0, 0xd6],
    [0xd8, 0xf6],
    [0xf8, 0x1fff],
    [0x2c00, 0xd7ff],
  ],
  negated: false,
};
const space: CharSet = {
  ranges: [
    [0x09, 0x0d],
    [0x1c, 0x20],
    [0x85, 0x85],
    [0xa0, 0xa0],
  ],
  negated: false,
};
const classes: Readonly<Record<string, CharSet>> = {
  d: digit,
  D: { ...digit, negated: true },
  w: word,
  W: { ...word, negated: true },
  s: space,
  S: { ...space, negated: true },
};
const controls: Readonly<Record<string, number>> = {
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  f: 0x0c,
  v: 0x0b,
  a: 0x07,
  '0': 0,
};

/**
 * Parses a pattern in Python's syntax. Throws RegexSyntaxError for a wrong pattern, and for one that uses a construct
 * which cannot be matched in linear time.
 */
export function parseRegex(pattern: string, given: RegexFlags): ParsedRegex {
  let at = 0;
  let depth = 0;
  let groupCount = 0;
  let flags = given;
  const groupNames = new Map<string, number>();
  const root = parseEither();
  if (at < pattern.length) throw new RegexSyntaxError("unbalanced ')'", at);
  return { root, flags, groupCount, groupNames };

  function parseEither(): RegexNode {
    depth += 1;
    if (depth > maxDepth) throw new RegexSyntaxError(`groups nested deeper than ${maxDepth}`, at);
    const options = [parseSequence()];
    while (pattern[at] === '|') {
      at += 1;
      options.push(parseSequence());
    }
    depth -= 1;
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'either', options };
  }

  function parseSequence(): RegexNode {
    const items: RegexNode[] = [];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      items.push(parseRepeat(parseAtom()));
    }
    const [only] = items;
    if (only === undefined) return { kind: 'empty' };
    return items.length === 1 ? only : { kind: 'sequence', items };
  }

  function parseRepeat(item: RegexNode): RegexNode {
    const start = at;
    const bounds = parseBounds();
    if (bounds === undefined) return item;
    if (item.kind === 'assert') throw new RegexSyntaxError('nothing to repeat', start);
    let isLazy = false;
    if (pattern[at] === '?') {
      isLazy = true;
      at += 1;
    } else if (pattern[at] === '+') {
      throw new RegexSyntaxError('possessive quantifiers are not supported', at);
    }
    const again = at;
    if (parseBounds() !== undefined) throw new RegexSyntaxError('multiple repeat', again);
    return { kind: 'repeat', item, min: bounds[0], max: bounds[1], isLazy };
  }

  function parseBounds(): [number, number] | undefined {
    const char = pattern[at];
    if (char === '*' || char === '+' || char === '?') {
      at += 1;
      return char === '*' ? [0, Infinity] : char === '+' ? [1, Infinity] : [0, 1];
    }
    // As in Python, braces that are no count stand for themselves.
    const counted = /^\{(\d*)(,?)(\d*)\}/.exec(pattern.slice(at, at + 32));
    if (counted === null || (counted[1] === '' && counted[2] === '')) return undefined;
    const [text, low = '', comma = '', high = ''] = counted;
    const min = low === '' ? 0 : Number(low);
    const max = comma === '' ? min : high === '' ? Infinity : Number(high);
    if (min > maxRepeat || (max !== Infinity && max > maxRepeat)) {
      throw new RegexSyntaxError(`repeats more than ${maxRepeat} times`, at);
    }
    if (max < min) throw new RegexSyntaxError('min repeat greater than max repeat', at);
    at += text.length;
    return [min, max];
  }

  function parseAtom(): RegexNode {
    const char = pattern[at] ?? '';
    switch (char) {
      case '(':
        return parseGroup();
      case '[':
        return { kind: 'set', set: parseSet() };
      case '.':
        at += 1;
        return { kind: 'set', set: { ranges: flags.dotAll ? [] : [[0x0a, 0x0a]], negated: true } };
      case '^':
        at += 1;
        return { kind: 'assert', at: flags.multiLine ? 'line-start' : 'text-start' };
      case '$':
        at += 1;
        return { kind: 'assert', at: flags.multiLine ? 'line-end' : 'text-end-or-newline' };
      case '\\':
        return parseEscape();
      case '*':
      case '+':
      case '?':
        throw new RegexSyntaxError('nothing to repeat', at);
      default:
        at += 1;
        return literal(char.charCodeAt(0));
    }
  }

  function parseGroup(): RegexNode {
    const start = at;
    at += 1;
    let index: number | undefined;
    if (pattern.startsWith('?', at)) {
      const rest = pattern.slice(at, at + 80);
      const named = /^\?P<([A-Za-z_][A-Za-z0-9_]*)>/.exec(rest);
      const flagged = /^\?([aimsLux]+)\)/.exec(rest);
      if (rest.startsWith('?:')) {
        at += 2;
      } else if (named !== null) {
        const [text, name = ''] = named;
        if (groupNames.has(name)) throw new RegexSyntaxError(`group name '${name}' is used twice`, at);
        at += text.length;
        groupCount += 1;
        index = groupCount;
        groupNames.set(name, index);
      } else if (flagged !== null) {
        const [text, letters = ''] = flagged;
        if (start !== 0) throw new RegexSyntaxError('flags are only allowed at the start', at);
        if (letters.includes('x')) throw new RegexSyntaxError('the verbose flag is not supported', at);
        flags = {
          dotAll: flags.dotAll || letters.includes('s'),
          multiLine: flags.multiLine || letters.includes('m'),
          ignoreCase: flags.ignoreCase || letters.includes('i'),
        };
        at += text.length;
        return { kind: 'empty' };
      } else if (rest.startsWith('?#')) {
        const end = pattern.indexOf(')', at);
        if (end === -1) throw new RegexSyntaxError('missing ) after a comment', start);
        at = end + 1;
        return { kind: 'empty' };
      } else if (/^\?<?[=!]/.test(rest)) {
        throw new RegexSyntaxError('look-ahead and look-behind are not supported', start);
      } else {
        throw new RegexSyntaxError(`unsupported group '(${rest.slice(0, 3)}'`, start);
      }
    } else {
      groupCount += 1;
      index = groupCount;
    }
    const item = parseEither();
    if (pattern[at] !== ')') throw new RegexSyntaxError("missing ')'", start);
    at += 1;
    return index === undefined ? item : { kind: 'group', index, item };
  }

  function parseEscape(): RegexNode {
    const next = pattern[at + 1];
    if (next === undefined) throw new RegexSyntaxError('a backslash at the end', at);
    if (/[1-9]/.test(next)) throw new RegexSyntaxError('back-references are not supported', at);
    const assertions: Readonly<Record<string, Assertion>> = {
      A: 'text-start',
      Z: 'text-end',
      b: 'word-edge',
      B: 'no-word-edge',
    };
    const assertion = assertions[next];
    if (assertion !== undefined) {
      at += 2;
      return { kind: 'assert', at: assertion };
    }
    const set = classes[next];
    if (set !== undefined) {
      at += 2;
      return { kind: 'set', set };
    }
    return literal(parseEscapedChar());
  }

  /** The code of `\n`, `\x41`, `\.` and so on; `at` moves behind it. */
  function parseEscapedChar(): number {
    const next = pattern[at + 1];
    if (next === undefined) throw new RegexSyntaxError('a backslash at the end', at);
    const hexDigits = next === 'x' ? 2 : next === 'u' ? 4 : 0;
    if (hexDigits > 0) {
      const hex = pattern.slice(at + 2, at + 2 + hexDigits);
      if (!/^[0-9A-Fa-f]+$/.test(hex) || hex.length < hexDigits) {
        throw new RegexSyntaxError(`incomplete escape \\${next}${hex}`, at);
      }
      at += 2 + hexDigits;
      return parseInt(hex, 16);
    }
    const control = controls[next];
    if (control === undefined && /[A-Za-z]/.test(next))
      throw new RegexSyntaxError(`bad escape \\${next}`, at);
    at += 2;
    return control ?? next.charCodeAt(0);
  }

  function parseSet(): CharSet {
    const start = at;
    at += 1;
    const negated = pattern[at] === '^';
    if (negated) at += 1;
    const ranges: [number, number][] = [];
    let isFirst = true;
    while (isFirst || pattern[at] !== ']') {
      if (at >= pattern.length) throw new RegexSyntaxError('unterminated character set', start);
      isFirst = false;
      const low = parseSetItem(ranges);
      if (low === undefined) continue;
      if (pattern[at] === '-' && pattern[at + 1] !== ']' && at + 1 < pattern.length) {
        const dash = at;
        at += 1;
        const high = parseSetItem(ranges);
        if (high === undefined || high < low) throw new RegexSyntaxError('bad character range', dash);
        ranges.push([low, high]);
      } else {
        ranges.push([low, low]);
      }
    }
    at += 1;
    return { ranges: flags.ignoreCase ? withBothCases(ranges) : ranges, negated };
  }

  /** One character of a set, or undefined when it was a class such as `\d`, whose ranges are added. */
  function parseSetItem(ranges: [number, number][]): number | undefined {
    const char = pattern[at] ?? '';
    if (char !== '\\') {
      at += 1;
      return char.charCodeAt(0);
    }
    const next = pattern[at + 1] ?? '';
    const set = classes[next];
    if (set === undefined) {
      if (next === 'b') {
        at += 2;
        return 0x08;
      }
      return parseEscapedChar();
    }
    at += 2;
    for (const [low, high] of set.negated ? complement(set.ranges) : set.ranges) ranges.push([low, high]);
    return undefined;
  }

  function literal(code: number): RegexNode {
    const ranges: [number, number][] = [[code, code]];
    return {
      kind: 'set',
      set: { ranges: flags.ignoreCase ? withBothCases(ranges) : ranges, negated: false },
    };
  }
}

function complement(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (low > next) gaps.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= 0xffff) gaps.push([next, 0xffff]);
  return gaps;
}

/** Case is folded for ASCII letters: console output and prompts are that. */
function withBothCases(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const both: [number, number][] = [];
  for (const [low, high] of ranges) {
    both.push([low, high]);
    shift(low, high, 0x41, 0x5a, 32);
    shift(low, high, 0x61, 0x7a, -32);
  }
  return both;

  function shift(low: number, high: number, from: number, to: number, by: number): void {
    const start = Math.max(low, from);
    const end = Math.min(high, to);
    if (start <= end) both.push([start + by, end + by]);
  }
}
