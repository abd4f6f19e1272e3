import { sessionOf } from '../boot/session-of.js';
import type { Monitor } from '../../job/index.js';
import { Float, type LogMapping } from '../log/flow-line.js';
import type { JobLog } from '../log/job-log.js';
import type { Action } from '../pipeline/action.js';
import { namespaceData } from '../pipeline/context.js';
import { compilePattern } from '../pattern.js';
import { toResult } from './results.js';

/** `test: {monitors}`: reads results from the console without typing anything. */
export function monitorTest(monitors: readonly Monitor[], connectionNamespace: string): Action {
  return {
    name: 'lava-test-monitor-retry',
    summary: 'read results from the console, with retries if the job sets them',
    retries: { maxTries: 1 },
    steps: [
      {
        name: 'lava-test-monitor',
        summary: 'read results from the console',
        timeoutType: 'LAVATimeout',
        run: async (run) => {
          const { job, scope, planned } = run;
          const session = sessionOf(namespaceData(job, connectionNamespace));
          for (const monitor of monitors) {
            const limitMs = planned.connectionTimeoutMs;
            await session.expect([compilePattern(monitor.start)], { scope, limitMs });
            job.log.info(`monitor ${monitor.name} matched its start`);
            const patterns = [compilePattern(monitor.end), compilePattern(monitor.pattern)];
            for (;;) {
              const found = await session.expect(patterns, { scope });
              if (found.index === 0) break;
              record(job.log, monitor, found.match.named, planned.level);
            }
            job.log.info(`monitor ${monitor.name} matched its end`);
            run.report({ status: 'passed' });
          }
        },
      },
    ],
  };
}

function record(
  log: JobLog,
  monitor: Monitor,
  groups: Readonly<Record<string, string>>,
  level: string,
): void {
  const name = groups['test_case_id']?.trim();
  if (name === undefined || name === '') return;
  const common = {
    definition: monitor.name.toLowerCase(),
    case: name.toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, '_'),
    level,
    extra: { test_case_id: name },
    ...(groups['units'] === undefined ? {} : { units: groups['units'] }),
  };
  const measurement = groups['measurement'];
  const given = groups['result'];
  if (given === undefined) {
    // A measurement without a result passes, as in LAVA.
    const value = Number(measurement);
    if (measurement === undefined || measurement === '') return;
    if (Number.isNaN(value)) log.error(`the measurement '${measurement}' of ${name} is not a number`);
    else log.result({ ...common, result: 'pass', measurement: new Float(value) });
    return;
  }
  const result = toResult(given, monitor.fixups);
  const more: LogMapping = measurement === undefined ? {} : { measurement };
  if (result === undefined) log.error(`'${given}' of ${name} is not a result`);
  else log.result({ ...common, ...more, result });
}
