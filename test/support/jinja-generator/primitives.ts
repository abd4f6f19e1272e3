import fc from 'fast-check';

export const pick = (...options: string[]) => fc.constantFrom(...options);
export const weighted = (...options: [number, fc.Arbitrary<string>][]) =>
  fc.oneof(...options.map(([weight, arbitrary]) => ({ weight, arbitrary })));

function quote(text: string): string {
  const inside = text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n');
  return `'${inside}'`;
}

const letters = fc.string({
  unit: fc.constantFrom(...Array.from('aAbBzZ019 _-.,%{}<>&"\'\\/ßéŽ🐴\n\t')),
  maxLength: 8,
});
export const stringLiteral = weighted(
  [4, letters.map(quote)],
  [
    1,
    pick(
      '"double"',
      "'%s and %d'",
      "'{} {}'",
      "'a,b,,c'",
      "'  pad '",
      "'Line1\\nLine2\\n'",
      "'12'",
      "'3.7'",
      "'x' 'y'",
    ),
  ],
);
export const intLiteral = weighted(
  [6, fc.integer({ min: -3, max: 12 }).map(String)],
  [2, fc.integer().map(String)],
  [1, pick('0x1f', '0b101', '0o17', '1_000', '9007199254740993', '123456789012345678901234567890')],
);
export const floatLiteral = weighted(
  [4, fc.double({ min: -100, max: 100, noNaN: true }).map((value) => showFloat(value))],
  [2, pick('1.5', '2.0', '0.1', '1e3', '1.5e-7', '1e16', '1e22', '123456.789', '0.5', '2.5', '-0.0')],
);

function showFloat(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Joins the strings of its parts. */
export const of = (parts: fc.Arbitrary<string>[], build: (...values: string[]) => string) =>
  fc.tuple(...parts).map((values) => build(...values));
