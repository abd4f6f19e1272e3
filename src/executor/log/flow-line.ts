import { doubleQuoted } from '../../pyyaml/index.js';

/** What a log line or a result may hold. */
export type LogValue = string | number | boolean | null | Float | readonly LogValue[] | LogMapping;
export interface LogMapping {
  readonly [key: string]: LogValue;
}

/** A number that is a float whatever its value, as a measurement is. */
export class Float {
  constructor(readonly value: number) {}
}

/** LAVA replaces lines of this many characters: its reader cannot load longer ones. */
export const maxLineLength = 1_000_000;

/**
 * A value as one line of flow YAML in which every scalar is in double quotes and what is no string is marked `! "5"`,
 * keys sorted: the very text that LAVA's dispatcher writes (libyaml's emitter, default_style `"`). A YAML reader gives
 * strings for the marked ones too.
 */
export function dumpFlow(value: LogValue): string {
  if (typeof value === 'string') return doubleQuoted(value);
  if (typeof value === 'number') return dumpNumber(value);
  if (value instanceof Float) return dumpFloat(value.value);
  if (typeof value === 'boolean') return `! "${String(value)}"`;
  if (value === null) return '! "null"';
  if (isList(value)) return `[${value.map(dumpFlow).join(', ')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${doubleQuoted(key)}: ${dumpFlow(item)}`).join(', ')}}`;
}

function isList(value: LogValue): value is readonly LogValue[] {
  return Array.isArray(value);
}

function dumpNumber(value: number): string {
  return Number.isInteger(value) ? `! "${value}"` : dumpFloat(value);
}

function dumpFloat(value: number): string {
  if (Number.isInteger(value)) return `! "${value}.0"`;
  if (Number.isNaN(value)) return '! ".nan"';
  if (!Number.isFinite(value)) return `! "${value > 0 ? '' : '-'}.inf"`;
  return `! "${value}"`;
}
