import type { JobFailure } from '../../app/jobs/index.js';
import { colors } from '../output.js';
import { visible } from './log-line.js';

/** Formats why a job failed: the reason, every problem of its definition, whose fault it is, and what to try. */
export function formatJobFailure(failure: JobFailure): string {
  const { message, problems, action, errorType, culprit, waitingFor, console, hint } = failure;
  const lines = [
    ...field('reason', problems.length > 0 ? `${message}:` : message),
    ...problems.map((problem) => `    ${oneLine(problem)}`),
    ...field('action', action),
    ...field('caused by', culprit === null ? errorType : `${culprit} (error type ${errorType ?? 'unknown'})`),
    ...field('waited for', waitingFor !== null && message.includes(waitingFor) ? null : waitingFor),
    ...(console.length === 0 ? [] : ['  last lines of the console:']),
    ...console.map((line) => `    | ${oneLine(line)}`),
    ...field('hint', hint),
  ];
  return lines.join('\n');
}

function field(name: string, value: string | null): string[] {
  if (value === null) return [];
  return [`  ${colors.bold(`${name}:`)} ${visible(value).replaceAll('\n', '\n    ')}`];
}

function oneLine(text: string): string {
  return visible(text).replaceAll('\n', ' ').trimEnd();
}
