import { isMapping } from './yaml.js';

const unitSeconds: Readonly<Record<string, number>> = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1 };

/** A timeout of a job: one of days, hours, minutes, seconds, at least 1; `skip` beside it. Null when it is not one. */
export function timeoutSeconds(value: unknown): number | null {
  if (!isMapping(value)) return null;
  const { skip, ...units } = value;
  if (skip !== undefined && typeof skip !== 'boolean') return null;
  const [entry, ...rest] = Object.entries(units);
  if (entry === undefined || rest.length > 0) return null;
  const [unit, amount] = entry;
  const seconds = Object.hasOwn(unitSeconds, unit) ? unitSeconds[unit] : undefined;
  if (seconds === undefined || typeof amount !== 'number' || !(amount >= 1)) return null;
  return amount * seconds;
}
