import { parseYaml } from '../../pyyaml/index.js';

/** One line of a job's log. `msg` is a string, or a mapping for results and markers. */
export interface LogLine {
  /** UTC, ISO 8601 without a zone, as LAVA writes it. */
  readonly dt: string;
  /** debug, info, warning, error, exception, input, target, feedback, event, marker, results */
  readonly lvl: string;
  readonly msg: unknown;
}

/**
 * Parses a log as LAVA serves it: a YAML list with one flow mapping per line. A line that is not valid is shown as it
 * is.
 */
export function parseLog(text: string): LogLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseLine);
}

function parseLine(line: string): LogLine {
  const value = parseFlow(line.replace(/^- /, ''));
  if (typeof value === 'object' && value !== null && 'lvl' in value && 'msg' in value) {
    const { dt, lvl, msg } = value as { dt?: unknown; lvl: unknown; msg: unknown };
    return { dt: typeof dt === 'string' ? dt : '', lvl: typeof lvl === 'string' ? lvl : 'info', msg };
  }
  return { dt: '', lvl: 'info', msg: line };
}

/** Most lines are JSON, which parses much faster; `"\x1b"` and the like are YAML only. */
function parseFlow(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const yaml = parseYaml(text);
    return yaml.ok ? yaml.value : null;
  }
}
