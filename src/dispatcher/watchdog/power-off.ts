import { reasonOf } from '../../diagnostics/index.js';
import { isAlive } from '../../host/index.js';
import { startHeld } from '../executor-process.js';
import { killJob } from '../kill-job.js';
import type { WatchdogSettings } from './settings.js';

/** `none`: the device has no command for it. `failed`: the executor has logged why. `hung`, `broken`: it has not. */
export type PowerOff =
  | { readonly kind: 'off' | 'none' | 'failed' }
  | { readonly kind: 'hung' | 'broken'; readonly reason: string };

/**
 * Powers off the board of a job with its device's own commands: starts the job's executor again, only for that. It is
 * killed if it does not end in time.
 */
export async function powerOffBoard(
  { executorCommand, directory, jobId, powerOffMs, isolation }: WatchdogSettings,
  environment: Readonly<Record<string, string>>,
  cookie: string,
): Promise<PowerOff> {
  const command = [...executorCommand, '--dir', directory, '--job-id', String(jobId), '--power-off'];
  let limit: NodeJS.Timeout | undefined;
  try {
    const held = await startHeld(command, directory, environment, isolation);
    held.release();
    const whenLate = new Promise<null>((resolve) => {
      limit = setTimeout(resolve, powerOffMs, null);
    });
    const how = await Promise.race([held.ended, whenLate]);
    const isLate = how === null && isAlive(held.identity);
    await killJob(held.identity, cookie, isolation);
    if (isLate)
      return { kind: 'hung', reason: `did not end within ${Math.round(powerOffMs / 1000)} seconds` };
    if (how === 'exit code 0') return { kind: 'off' };
    if (how === 'exit code 4') return { kind: 'none' };
    return how === 'exit code 3' ? { kind: 'failed' } : { kind: 'broken', reason: how ?? 'it ended' };
  } catch (error) {
    return { kind: 'broken', reason: reasonOf(error) };
  } finally {
    clearTimeout(limit);
  }
}
