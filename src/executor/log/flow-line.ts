import { doubleQuoted } from '../../pyyaml/index.js';

/** A value in a log line or a result. */
export type LogValue = string | number | boolean | null | Float | readonly LogValue[] | LogMapping;
export interface LogMapping {
  readonly [key: string]: LogValue;
}

/** A number that is always written as a float, such as a measurement. */
export class Float {
  constructor(readonly value: number) {}
}

/** LAVA replaces lines of this length or more, because its reader cannot load longer ones. In characters. */
export const maxLineLength = 1_000_000;

/**
 * Formats a value as one line of flow YAML, exactly as LAVA's dispatcher does (libyaml's emitter, default_style `"`): every
 * scalar is in double quotes, scalars that are not strings are marked as in `! "5"`, and keys are sorted. A YAML reader
 * returns strings for marked scalars, too.
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
