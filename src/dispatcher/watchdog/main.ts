import { jobCookieName } from '../kill-job.js';
import type { WatchdogSettings } from './settings.js';
import { watchJob } from './watch-job.js';

/**
 * The watchdog of one job: starts the job's executor and enforces its end. The dispatcher starts it in a process group of
 * its own, with the environment of the executor, and starts it again if it was killed.
 *
 *   node dist/bundle/watchdog.js SETTINGS
 */
async function main(): Promise<void> {
  // A job is stopped through its record. A signal to all processes of a machine or a terminal must not stop this.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const settings = JSON.parse(process.argv[2] ?? '') as WatchdogSettings;
  const environment = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  await watchJob(settings, { environment, cookie: environment[jobCookieName] ?? '' });
}

await main();
