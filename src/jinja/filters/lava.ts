import { typeError } from '../errors.js';
import { reserveText } from '../limits.js';
import { textOf } from '../values/compare.js';
import { escapeText, Markup } from '../values/markup.js';
import { isTrue } from '../values/truth.js';
import { typeName, type Value } from '../values/types.js';
import { filter, type Filter } from './registry.js';
import { yamlQuote } from './yaml-quote.js';

/** Python's `shlex.quote`: an empty value becomes a pair of quotes. Markup escapes the text that is joined to it. */
function shellQuote(value: Value): Value {
  if (!isTrue(value)) return "''";
  const text = textOf(value);
  if (text === undefined) throw typeError(`expected string or bytes-like object, got '${typeName(value)}'`);
  if (/^[\w@%+=:,./-]*$/.test(text)) return value;
  reserveText(text.length * 5);
  if (value instanceof Markup) {
    const quote = escapeText("'");
    return new Markup(quote + text.replaceAll(quote, escapeText(`'"'"'`)) + quote);
  }
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

const X86 = new Set(['amd64', 'x86_64', 'i386']);

/** Only x86 machines have an IDE controller; the setting in the dictionary has precedence. */
function guestInterface(architecture: Value, wanted: Value): Value {
  if (isTrue(wanted)) return wanted;
  return X86.has(textOf(architecture) ?? '') ? 'ide' : 'virtio';
}

/** LAVA's own filters. An environment may lack some of them, as older releases do. */
export const lavaFilters: readonly [string, Filter][] = [
  [
    'qemu_guest_fs_interface',
    filter('qemu_guest_fs_interface', 'arch guestfs_interface', ([architecture = null, wanted = null]) =>
      guestInterface(architecture, wanted),
    ),
  ],
  ['shlex_quote', filter('quote', 's', ([value = null]) => shellQuote(value))],
  ['yaml_quote', filter('yaml_quote', 'obj', ([value = null]) => yamlQuote(value))],
];

export const lavaFilterNames: ReadonlySet<string> = new Set(lavaFilters.map(([name]) => name));
