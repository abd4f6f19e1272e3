/** First and last, both inclusive, in code units. */
export type CharRange = readonly [number, number];

export interface CharSet {
  readonly ranges: readonly CharRange[];
  readonly negated: boolean;
}

const digit: CharSet = { ranges: [[0x30, 0x39]], negated: false };
const word: CharSet = {
  ranges: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
    // For Python, letters of every alphabet are word characters. All console text beyond Latin-1 is treated as such.
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

/** The sets with their own letter: `\d`, `\W` and so on. */
export const charClasses: ReadonlyMap<string, CharSet> = new Map([
  ['d', digit],
  ['D', { ...digit, negated: true }],
  ['w', word],
  ['W', { ...word, negated: true }],
  ['s', space],
  ['S', { ...space, negated: true }],
]);

/** Converts a set to ranges. */
export function rangesOf({ ranges, negated }: CharSet): readonly CharRange[] {
  if (!negated) return ranges;
  const gaps: CharRange[] = [];
  let next = 0;
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (low > next) gaps.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= 0xffff) gaps.push([next, 0xffff]);
  return gaps;
}

/** Folds the case of ASCII letters only, which is enough for console output and prompts. */
export function withBothCases(ranges: readonly CharRange[]): readonly CharRange[] {
  const upper = shifted(ranges, [0x61, 0x7a], -32);
  const lower = shifted(ranges, [0x41, 0x5a], 32);
  return [...ranges, ...lower, ...upper];
}

/** Returns the parts of the ranges inside `within`, shifted. */
function shifted(ranges: readonly CharRange[], within: CharRange, by: number): CharRange[] {
  return ranges
    .map(([low, high]): CharRange => [Math.max(low, within[0]), Math.min(high, within[1])])
    .filter(([low, high]) => low <= high)
    .map(([low, high]): CharRange => [low + by, high + by]);
}
