import { createTask, validateDetailed } from 'node-cron';
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
 * @throws UsageError when the expression is not valid
 */
export async function startSchedule(expression: string, task: () => void): Promise<Schedule> {
  const { valid, errors } = validateDetailed(expression);
  if (!valid) {
    const why = errors.map(({ message }) => message).join('; ');
    throw new UsageError(
      `not a valid schedule: ${JSON.stringify(expression)}: ${why}`,
      'Write a cron expression such as */5 * * * *.',
    );
  }
  const scheduled = createTask(expression, task, { noOverlap: true, suppressMissedWarning: true });
  await scheduled.start();
  return {
    next: () => scheduled.getNextRun(),
    async stop() {
      await scheduled.destroy();
    },
  };
}
