import type { LogLine } from '../../app/jobs/index.js';
import { colors } from '../output.js';

/**
 * Formats a line of a job's log for a terminal, without a line end. Control characters that a board sends are shown as
 * visible text. A line end in the message (what is sent to a board has one) is dropped.
 */
export function formatLogLine({ dt, lvl, msg }: LogLine): string {
  const time = colors.dim(dt.slice(11, 23));
  const text = visible(typeof msg === 'string' ? msg.replace(/\n$/, '') : describe(msg));
  if (lvl === 'target') return `${time} ${text}`;
  if (lvl === 'results') return `${time} ${colors.bold(text)}`;
  if (lvl === 'error' || lvl === 'exception') return `${time} ${colors.red(`${lvl}: ${text}`)}`;
  if (lvl === 'warning') return `${time} ${colors.yellow(`${lvl}: ${text}`)}`;
  return `${time} ${colors.dim(`${lvl}: `)}${text}`;
}

function describe(msg: unknown): string {
  if (typeof msg !== 'object' || msg === null) return String(msg);
  const fields = msg as Readonly<Record<string, unknown>>;
  const { definition, case: name, result } = fields;
  if (typeof definition === 'string' && typeof name === 'string' && typeof result === 'string') {
    return `${definition}/${name}: ${result}`;
  }
  return JSON.stringify(msg);
}

/** Shows control characters, except tabs and line ends, as visible text. */
export function visible(text: string): string {
  // eslint-disable-next-line no-control-regex -- matches control characters
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
