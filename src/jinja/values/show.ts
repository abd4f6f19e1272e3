import { limitError } from '../errors.js';
import { maximumDepth, reserveText, spend } from '../limits.js';
import { PyDict } from './dict.js';
import { showInt } from './integer.js';
import { PyTuple } from './tuple.js';
import type { PyObject, Value } from './types.js';

/** The containers being shown, to detect those that contain themselves. */
const open = new Set<Value>();
let charactersShown = 0;

/** Python's `repr`. */
export function repr(value: Value): string {
  if (open.size === 0) charactersShown = 0;
  switch (typeof value) {
    case 'string':
      return reprText(value);
    case 'number':
    case 'bigint':
      return showInt(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      if (value === null) return 'None';
      return reprContainer(value);
  }
}

function reprContainer(value: Value[] | PyObject): string {
  if (open.has(value)) return Array.isArray(value) ? '[...]' : value instanceof PyDict ? '{...}' : '(...)';
  spend();
  if (open.size > maximumDepth())
    throw limitError('a value is nested too deeply to be shown', undefined, 'RecursionError');
  const isContainer = Array.isArray(value) || value instanceof PyDict || value instanceof PyTuple;
  if (!isContainer) return value.repr(repr);
  open.add(value);
  if (Array.isArray(value)) spend(value.length >> 4);
  try {
    const text = Array.isArray(value) ? `[${value.map(repr).join(', ')}]` : value.repr(repr);
    charactersShown += text.length;
    reserveText(charactersShown);
    return text;
  } finally {
    open.delete(value);
  }
}

/** Python's `str`. */
export function str(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return repr(value);
  return value.str(repr);
}

const SPECIAL = /[\\\p{C}\p{Z}]/u;
const NOT_PRINTABLE = /[\p{C}\p{Z}]/u;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};

/** Python's `repr` of a str: single quotes unless only those occur in it; what cannot be printed is escaped. */
function reprText(text: string): string {
  if (text.length > 256) spend(text.length >> 7);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  if (!text.includes(quote) && (!SPECIAL.test(text) || /^[ !-[\]-~]*$/.test(text)))
    return quote + text + quote;
  let shown = '';
  for (const character of text) shown += character === quote ? `\\${quote}` : showCharacter(character);
  return quote + shown + quote;
}

function showCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  if (character === ' ' || !NOT_PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Python's `ascii`: `repr` with everything beyond ASCII escaped. */
export function ascii(value: Value): string {
  return repr(value).replace(/[\u0080-\u{10ffff}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
    return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });
}
