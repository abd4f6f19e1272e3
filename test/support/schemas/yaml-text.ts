/** A piece of YAML that is written as it is: `1.0`, `!!set {a}`. */
export class Raw {
  constructor(readonly text: string) {}
}

/** A mapping whose keys may be {@link Raw}, and may repeat. */
export class Pairs {
  constructor(readonly pairs: readonly (readonly [key: string | Raw, value: unknown])[]) {}
}

/** A value as YAML on one line. */
export function yamlText(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (value instanceof Pairs) {
    return `{${value.pairs.map(([key, part]) => `${yamlText(key)}: ${yamlText(part)}`).join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(yamlText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return yamlText(new Pairs(Object.entries(value)));
  return JSON.stringify(value);
}

/** Values of all types, in all spellings. */
export const oddValues: readonly unknown[] = [
  null,
  true,
  false,
  '',
  'x',
  '0403',
  '04é3',
  '0403\n',
  '🙂234',
  'a'.repeat(200),
  'a'.repeat(201),
  0,
  1,
  3,
  -1,
  101,
  1e30,
  1.5,
  [],
  {},
  ['x'],
  [''],
  [3],
  [null],
  [['x']],
  [{}],
  [{ a: 1 }],
  ['x', 3],
  { a: 1 },
  { a: 'x' },
  { a: ['x'] },
  { a: null },
  { a: {} },
  { minutes: 1 },
  { minutes: 1, hours: 2 },
  { minutes: 0 },
  { minutes: true },
  { seconds: 5, skip: true },
  { seconds: 5, skip: 'yes' },
  { connect: 'x', tags: ['primary'] },
  { do: 'x', undo: 'y' },
  { do: ['x'] },
  new Raw('1.0'),
  new Raw('1e3'),
  new Raw('.inf'),
  new Raw('.nan'),
  new Raw('-.inf'),
  new Raw('0x10'),
  new Raw('010'),
  new Raw('1:30'),
  new Raw('1_000'),
  new Raw('123456789012345678901234567890'),
  new Raw('yes'),
  new Raw('Off'),
  new Raw('~'),
  new Raw('2020-01-01'),
  new Raw('2020-01-01 10:00:00'),
  new Raw('!!set {a}'),
  new Raw('!!set {}'),
  new Raw('!!omap [a: 1]'),
  new Raw('!!pairs [a: 1]'),
  new Raw('!!omap []'),
  new Raw('!!binary aGFsbG8='),
  new Raw('!!binary aGFs'),
  new Raw('!!str 5'),
  new Raw('!!int "5"'),
  new Raw('!!float 5'),
  new Raw('"1"'),
  new Raw('{1: x}'),
  new Raw('{true: x, 1: y}'),
  new Raw('{~: x}'),
  new Raw('{1.0: x}'),
  new Raw('{.inf: {minutes: 1}}'),
  new Raw('{2020-01-01: x}'),
  new Raw('{yes: x}'),
  new Raw('{"yes": x}'),
  new Raw('{<<: {a: x}, b: y}'),
];

export const oddKeys: readonly (string | Raw)[] = [
  '',
  'a',
  'a-b',
  'A',
  'a b',
  'a\n',
  'inf',
  'é',
  '__proto__',
  'constructor',
  '1',
  ...['1', '1.0', 'true', 'no', '~', '.inf', '-.inf', '.nan', '2020-01-01', '!!binary aGk=', '1_0', '='].map(
    (text) => new Raw(text),
  ),
];
