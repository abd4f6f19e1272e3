import { typeError } from '../errors.js';
import { reserveText, spend } from '../limits.js';
import { textOf } from '../values/compare.js';
import { PyDict } from '../values/dict.js';
import { PyFloat } from '../values/float.js';
import { str } from '../values/show.js';
import { isTrue } from '../values/truth.js';
import { PyTuple } from '../values/tuple.js';
import { typeName, type Value } from '../values/types.js';
import { filter, type Filter } from './registry.js';

/** Python's `shlex.quote`: nothing for empty values becomes a pair of quotes. */
function shellQuote(value: Value): string {
  if (!isTrue(value)) return "''";
  const text = textOf(value);
  if (text === undefined) throw typeError(`expected string or bytes-like object, got '${typeName(value)}'`);
  if (/^[\w@%+=:,./-]*$/.test(text)) return text;
  reserveText(text.length * 5);
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

const YAML_ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/** A scalar as YAML's double-quoted style writes it, on one line and in ASCII. */
function yamlText(text: string): string {
  if (text.length > 256) spend(text.length >> 7);
  const inside = text.replace(/["\\]|[^ -~]/gu, (character) => {
    const short = YAML_ESCAPES[character];
    if (short !== undefined) return short;
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16).toUpperCase();
    if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
    return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });
  return `"${inside}"`;
}

/** A value as one line of YAML with every scalar in double quotes. */
function yamlQuote(value: Value): string {
  spend();
  const text = textOf(value);
  if (text !== undefined) return yamlText(text);
  if (value === null) return '!!null "null"';
  if (typeof value === 'boolean') return `!!bool "${value ? 'true' : 'false'}"`;
  if (typeof value === 'number' || typeof value === 'bigint') return `!!int "${str(value)}"`;
  if (value instanceof PyFloat) return `!!float "${str(value)}"`;
  if (Array.isArray(value) || value instanceof PyTuple) {
    const items = Array.isArray(value) ? value : value.items;
    return bounded(`[${items.map(yamlQuote).join(', ')}]`);
  }
  if (value instanceof PyDict) {
    const pairs = Array.from(value.entries(), ([key, item]) => `${yamlQuote(key)}: ${yamlQuote(item)}`);
    return bounded(`{${pairs.join(', ')}}`);
  }
  throw typeError(`a ${typeName(value)} cannot be written as YAML`);
}

function bounded(text: string): string {
  reserveText(text.length);
  return text;
}

const X86 = new Set(['amd64', 'x86_64', 'i386']);

/** Only x86 machines have an IDE controller; what the dictionary says comes first. */
function guestInterface(architecture: Value, wanted: Value): Value {
  if (isTrue(wanted)) return wanted;
  return X86.has(textOf(architecture) ?? '') ? 'ide' : 'virtio';
}

/** LAVA's own filters (`shlex_quote` and `yaml_quote` since 2023.06, `qemu_guest_fs_interface` since 2026). */
export const lavaFilters: readonly [string, Filter][] = [
  [
    'qemu_guest_fs_interface',
    filter('qemu_guest_fs_interface', 'arch guestfs_interface', ([architecture = null, wanted = null]) =>
      guestInterface(architecture, wanted),
    ),
  ],
  ['shlex_quote', filter('quote', 's', ([value = null]) => shellQuote(value))],
  ['yaml_quote', filter('yaml_quote', 'value', ([value = null]) => yamlQuote(value))],
];
