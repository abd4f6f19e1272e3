import { skipWhitespace, trimEnd } from '../lexer/whitespace.js';
import { reserveBits } from '../limits.js';
import { tooManyDigits, toInt } from './integer.js';

/** Python's `str.strip()`. */
function trim(text: string): string {
  return trimEnd(text.slice(skipWhitespace(text, 0)));
}

const PREFIXES: Readonly<Record<string, number>> = { '0b': 2, '0o': 8, '0x': 16 };

/** Decimal digits of any script as ASCII ones. */
function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    if (code < 0x80) return digit;
    // Digits come in runs of ten that begin with zero.
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
    return String(value);
  });
}

/** Python's `int(text, base)`; undefined for its ValueError. */
export function parseIntText(text: string, base: number): number | bigint | undefined {
  if (base !== 0 && (base < 2 || base > 36)) return undefined;
  const match = /^([-+]?)(0[box])?_?([0-9a-z]+(?:_[0-9a-z]+)*)$/i.exec(asciiDigits(trim(text)));
  if (match === null) return undefined;
  const [whole, sign = '', prefix = '', rest = ''] = match;
  const prefixBase = PREFIXES[prefix.toLowerCase()];
  const usesPrefix = prefixBase !== undefined && (base === 0 || base === prefixBase);
  if (!usesPrefix && whole.includes('_') && /^[-+]?_/.test(whole)) return undefined;
  const digits = (usesPrefix ? rest : prefix + whole.slice(sign.length + prefix.length)).toLowerCase();
  if (/__|_$|^_/.test(digits) && !usesPrefix) return undefined;
  const used = usesPrefix ? prefixBase : base === 0 ? 10 : base;
  const plain = digits.replaceAll('_', '');
  if (base === 0 && !usesPrefix && /^0+[1-9]/.test(plain)) return undefined;
  const isPowerOfTwo = (used & (used - 1)) === 0;
  if (isPowerOfTwo) reserveBits(plain.length * Math.log2(used));
  else if (tooManyDigits(plain.length)) return undefined;
  const value = parseDigits(plain, used);
  return value === undefined ? undefined : toInt(sign === '-' ? -value : value);
}

function parseDigits(digits: string, base: number): bigint | undefined {
  let value = 0n;
  if (base === 10) return /^\d+$/.test(digits) ? BigInt(digits) : undefined;
  const big = BigInt(base);
  for (const digit of digits) {
    const number = Number.parseInt(digit, 36);
    if (Number.isNaN(number) || number >= base) return undefined;
    value = value * big + BigInt(number);
  }
  return value;
}

/** Python's `float(text)`; undefined for its ValueError. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = asciiDigits(trim(text));
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (special !== null) {
    const value = special[2]?.toLowerCase() === 'nan' ? Number.NaN : Infinity;
    return special[1] === '-' ? -value : value;
  }
  const isNumber =
    /^[-+]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/i.test(trimmed);
  return isNumber ? Number(trimmed.replaceAll('_', '')) : undefined;
}
