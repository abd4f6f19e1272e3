/** A scalar that has no value under its tag. Python raises various exceptions in this case. */
export type NoValue = undefined;

const truths: Readonly<Record<string, boolean>> = {
  yes: true,
  no: false,
  true: true,
  false: false,
  on: true,
  off: false,
};

export function toTruth(text: string): boolean | NoValue {
  return truths[text.toLowerCase()];
}

/** The most digits of an int that CPython accepts since 3.11. */
const mostDigits = 4300;

/** Rounded if it is too large for a JavaScript number. */
export function toInteger(text: string): number | NoValue {
  const [, sign, digits = ''] = /^([-+]?)(.*)$/s.exec(text.replaceAll('_', '')) ?? [];
  const value = toMagnitude(digits);
  if (value === undefined) return undefined;
  return sign === '-' && value !== 0 ? -value : value;
}

function toMagnitude(digits: string): number | NoValue {
  if (digits.startsWith('0b')) return ofBase(digits.slice(2), /^[01]+$/, '0b');
  if (digits.startsWith('0x')) return ofBase(digits.slice(2), /^[0-9a-fA-F]+$/, '0x');
  if (digits.startsWith('0') && digits !== '0') return ofBase(digits, /^[0-7]+$/, '0o');
  const parts = digits.split(':');
  if (!parts.every((part) => /^\d+$/.test(part) && part.length <= mostDigits)) return undefined;
  return parts.reduce((value, part) => value * 60 + Number(part), 0);
}

function ofBase(digits: string, pattern: RegExp, prefix: string): number | NoValue {
  return pattern.test(digits) ? Number(BigInt(prefix + digits)) : undefined;
}

export function toFloat(text: string): number | NoValue {
  const [, sign, digits = ''] = /^([-+]?)(.*)$/s.exec(text.replaceAll('_', '').toLowerCase()) ?? [];
  const value = toPositiveFloat(digits);
  if (value === undefined) return undefined;
  return sign === '-' ? -value : value;
}

function toPositiveFloat(digits: string): number | NoValue {
  if (digits === '.inf') return Infinity;
  if (digits === '.nan') return NaN;
  const parts = digits.split(':');
  if (!parts.every((part) => /^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(part))) return undefined;
  return parts.reduce((value, part) => value * 60 + Number(part), 0);
}

const timestamp =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?)?$/;

/** A date without a time is midnight; a time without a zone is UTC. */
export function toTime(text: string): Date | NoValue {
  const match = timestamp.exec(text);
  if (match === null) return undefined;
  const part = (index: number) => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  const offset = part(10) * 60 + part(11);
  if (hour > 23 || minute > 59 || second > 59 || offset >= 24 * 60) return undefined;
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  if (year === 0 || time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day) return undefined;
  const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  time.setUTCHours(hour, minute - (match[9] === '-' ? -offset : offset), second, ms);
  return time;
}

/** Base64 as CPython decodes it: foreign characters and premature padding are ignored. */
export function toBytes(text: string): Uint8Array | NoValue {
  // eslint-disable-next-line no-control-regex -- all of ASCII
  if (!/^[\x00-\x7f]*$/.test(text)) return undefined;
  let data = '';
  let padding = 0;
  for (const letter of text.match(/[A-Za-z0-9+/=]/g) ?? []) {
    if (letter !== '=') {
      data += letter;
      padding = 0;
    } else if (data.length % 4 >= 2 && (data.length % 4) + ++padding >= 4) {
      return new Uint8Array(Buffer.from(data, 'base64'));
    }
  }
  return data.length % 4 === 0 ? new Uint8Array(Buffer.from(data, 'base64')) : undefined;
}
