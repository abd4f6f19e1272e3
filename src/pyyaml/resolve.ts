import { corePrefix } from './nodes.js';

/** The tags of plain scalars without an explicit tag, by first character; the first match wins. */
const patterns: readonly { readonly type: string; readonly first: string; readonly pattern: RegExp }[] = [
  {
    type: 'bool',
    first: 'yYnNtTfFoO',
    pattern: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  },
  {
    type: 'float',
    first: '-+0123456789.',
    pattern:
      /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  },
  {
    type: 'int',
    first: '-+0123456789',
    pattern:
      /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  },
  { type: 'merge', first: '<', pattern: /^<<$/ },
  { type: 'null', first: '~nN', pattern: /^(?:~|null|Null|NULL)$/ },
  {
    type: 'timestamp',
    first: '0123456789',
    pattern:
      /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?)$/,
  },
  { type: 'value', first: '=', pattern: /^=$/ },
];

const byFirst = new Map<string, readonly { readonly tag: string; readonly pattern: RegExp }[]>();
for (const first of new Set(patterns.flatMap(({ first }) => first.split(/(?=.)/)))) {
  const fitting = patterns.filter((one) => one.first.includes(first));
  byFirst.set(
    first,
    fitting.map(({ type, pattern }) => ({ tag: corePrefix + type, pattern })),
  );
}

const nullTag = `${corePrefix}null`;
const textTag = `${corePrefix}str`;

/** The tag of a plain scalar by the rules of YAML 1.1 as PyYAML implements them. */
export function resolveScalar(text: string): string {
  if (text === '') return nullTag;
  const candidates = byFirst.get(text.charAt(0));
  if (candidates === undefined) return textTag;
  return candidates.find(({ pattern }) => pattern.test(text))?.tag ?? textTag;
}
