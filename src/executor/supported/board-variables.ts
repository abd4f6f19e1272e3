import { problemAt, type JobProblem } from '../../job/index.js';

/**
 * Converts a job's `environment` to shell variables. Joins nested keys with `_`, as LAVA does.
 * @param problems receives each name that cannot be a variable
 */
export function boardVariables(
  environment: Readonly<Record<string, unknown>>,
  problems: JobProblem[],
): (readonly [string, string])[] {
  return Object.entries(environment).flatMap(([key, value]) => variables(key, value, problems));
}

function variables(key: string, value: unknown, problems: JobProblem[]): (readonly [string, string])[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([inner, item]) => variables(`${key}_${inner}`, item, problems));
  }
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return [[key, toText(value)]];
  problems.push(problemAt(['environment'], `${JSON.stringify(key)} cannot be a shell variable`));
  return [];
}

/** Formats a value for a shell, as LAVA does: true is 1, false is 0. */
function toText(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
