import { isatty } from 'node:tty';
import pc from 'picocolors';

/** The log is written to standard error, which may go to a file while standard output is a terminal. */
const colors = pc.createColors(isatty(2) && (process.env['NO_COLOR'] ?? '') === '');

const levels: Readonly<Record<number, string>> = {
  10: colors.dim('trace'),
  20: colors.dim('debug'),
  30: colors.green('info'),
  40: colors.yellow('warn'),
  50: colors.red('error'),
  60: colors.red('fatal'),
};
const hidden = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'err']);

/** One line of pino's JSON as one line for people: time, level, message, fields. Any other line stays unchanged. */
export function prettyLine(line: string): string {
  const entry = parse(line);
  if (entry === null) return line;
  const time = new Date(Number(entry.time)).toISOString().slice(11, 19);
  const fields = Object.entries(entry)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => ` ${colors.dim(`${name}=`)}${plain(value)}`)
    .join('');
  const level = levels[Number(entry.level)] ?? String(entry.level);
  return `${colors.dim(time)} ${level} ${plain(entry.msg ?? '')}${fields}${stackOf(entry.err)}\n`;
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Text without terminal control sequences. */
function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // eslint-disable-next-line no-control-regex -- control characters are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

/** The stack of an internal error, on separate lines. */
function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  const text = typeof stack === 'string' ? stack : typeof message === 'string' ? message : '';
  return text
    .split('\n')
    .map((line) => `\n    ${plain(line)}`)
    .join('');
}
