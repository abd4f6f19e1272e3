import { createTask, validateDetailed } from 'node-cron';
import { isTimeZone } from '../calendar/index.js';
import { UsageError } from '../diagnostics/index.js';

/** Every five minutes. */
export const defaultSchedule = '*/5 * * * *';

/** Calls a task at the times of a cron expression. */
export interface Schedule {
  /** When it calls the task next; null: never again. */
  next(): Date | null;
  stop(): Promise<void>;
}

/**
 * Calls `task` at the times of a cron expression (five fields, or six with seconds first).
 * @param timeZone of the expression, an IANA name; default: that of this machine
 * @throws UsageError when the expression or the time zone is not valid
 */
export async function startSchedule(
  expression: string,
  timeZone: string | undefined,
  task: () => void,
): Promise<Schedule> {
  expectSchedule(expression, timeZone);
  const scheduled = createTask(expression, task, {
    noOverlap: true,
    suppressMissedWarning: true,
    ...(timeZone === undefined ? {} : { timezone: timeZone }),
  });
  await scheduled.start();
  return {
    next: () => scheduled.getNextRun(),
    async stop() {
      await scheduled.destroy();
    },
  };
}

/** @throws UsageError when the expression or the time zone is not valid */
export function expectSchedule(expression: string, timeZone: string | undefined): void {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new UsageError(
      `not a time zone: ${JSON.stringify(timeZone)}`,
      'Write the name of an IANA time zone such as Europe/Berlin.',
    );
  }
  const { valid, errors } = validateDetailed(expression);
  if (valid) return;
  const why = errors.map(({ message }) => message).join('; ');
  throw new UsageError(
    `not a valid schedule: ${JSON.stringify(expression)}: ${why}`,
    'Write a cron expression such as */5 * * * *.',
  );
}
