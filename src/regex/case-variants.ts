/**
 * Small letters that Python's `re` treats as the same letter, although none is the other case of the other (CPython 3.11):
 * i and dotless i, s and long s, the micro sign and the Greek mu, and so on.
 */
const sameLetters: readonly (readonly number[])[] = [
  [0x69, 0x131],
  [0x73, 0x17f],
  [0xb5, 0x3bc],
  [0x345, 0x3b9, 0x1fbe],
  [0x390, 0x1fd3],
  [0x3b0, 0x1fe3],
  [0x3b2, 0x3d0],
  [0x3b5, 0x3f5],
  [0x3b8, 0x3d1],
  [0x3ba, 0x3f0],
  [0x3c0, 0x3d6],
  [0x3c1, 0x3f1],
  [0x3c2, 0x3c3],
  [0x3c6, 0x3d5],
  [0x1e61, 0x1e9b],
  [0xfb05, 0xfb06],
];

let variantsOf: ReadonlyMap<number, readonly number[]> | undefined;

/** All cases of a character, including itself. @param use `ascii`: only A to Z have two cases */
export function caseVariants(code: number, use: 'ascii' | 'unicode'): readonly number[] {
  if (use === 'unicode') {
    variantsOf ??= buildVariants();
    return variantsOf.get(code) ?? [code];
  }
  const small = code | 0x20;
  return code < 0x80 && small >= 0x61 && small <= 0x7a ? [small, small - 0x20] : [code];
}

/** The characters (without those beyond 0xffff) that have the same small letter as another one. */
function buildVariants(): ReadonlyMap<number, readonly number[]> {
  const keys = new Map(
    sameLetters.flatMap((letters) => letters.map((letter) => [letter, letters[0] ?? letter])),
  );
  const groups = new Map<number, number[]>();
  for (let code = 0; code <= 0xffff; code += 1) {
    const small = String.fromCharCode(code).toLowerCase().charCodeAt(0);
    const key = keys.get(small) ?? small;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [code]);
    else group.push(code);
  }
  const variants = new Map<number, readonly number[]>();
  for (const group of groups.values()) {
    if (group.length > 1) for (const code of group) variants.set(code, group);
  }
  return variants;
}
