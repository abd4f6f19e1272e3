import { reasonOf } from '../diagnostics/index.js';
import type { ReadRequest } from './lab-reader.js';
import type { ControllerOptions } from './options.js';
import { defaultSchedule, startSchedule } from './schedule.js';

/**
 * Starts everything that makes the controller read the lab: the schedule, the branch and the local layer.
 * @param onSchedule called at the start and whenever the schedule has submitted, with the time of its next request
 * @returns a function that stops them all
 * @throws UsageError when the schedule is not a cron expression, or its time zone does not exist
 * @throws ExternalError when the source cannot be watched
 */
export async function startTriggers(
  { schedule = defaultSchedule, scheduleTimeZone, source, onLayerChange, log }: ControllerOptions,
  submit: (request: ReadRequest) => void,
  onSchedule: (next: Date | null) => void,
): Promise<() => Promise<void>> {
  const endings: (() => Promise<void> | void)[] = [];
  const end = async (): Promise<void> => {
    for (const ending of endings.reverse()) await ending();
  };
  try {
    const scheduled = await startSchedule(schedule, scheduleTimeZone, () => {
      submit({ revision: null, reason: 'schedule' });
      onSchedule(scheduled.next());
    });
    endings.push(() => scheduled.stop());
    onSchedule(scheduled.next());
    endings.push(
      await source.watch(
        (revision) => {
          log.info({ revision }, 'new revision');
          submit({ revision, reason: 'change' });
        },
        (error) => {
          log.warn({ why: reasonOf(error) }, 'lab not watched');
          submit({ revision: null, reason: 'change' });
        },
      ),
    );
    const endLayer = onLayerChange?.(() => {
      submit({ revision: null, reason: 'change' });
    });
    if (endLayer !== undefined) endings.push(endLayer);
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}
