import { jobHealths, jobStates } from '../../../states.js';
import { listJobs, type JobView } from '../../../views/index.js';
import { method, type RpcMethods } from '../method.js';
import { flag, optionalNumber, optionalTexts, optionalWord } from '../parameters.js';

export const jobListMethods: RpcMethods = {
  'scheduler.jobs.list': method({
    access: 'reader',
    help: 'Lists jobs, the newest first.',
    parameters: {
      state: optionalWord(jobStates),
      health: optionalWord(jobHealths),
      start: optionalNumber(0),
      limit: optionalNumber(25),
      since: optionalNumber(0),
      verbose: flag,
    },
    async call({ state, health, start, limit, since: minutes, verbose }, { context, db }) {
      const filter = {
        state: state ?? undefined,
        health: health ?? undefined,
        endedSince: minutes === 0 ? undefined : new Date(context.now().getTime() - minutes * 60_000),
      };
      return (await listJobs(db, filter, page(start, limit))).map(verbose ? formatVerbosely : formatBriefly);
    },
  }),
  'scheduler.jobs.queue': method({
    access: 'reader',
    help: 'Lists jobs that wait for a device, the newest first.',
    parameters: { device_types: optionalTexts, start: optionalNumber(0), limit: optionalNumber(25) },
    async call({ device_types, start, limit }, { db }) {
      const filter = { state: 'Submitted', deviceTypes: device_types ?? undefined } as const;
      return (await listJobs(db, filter, page(start, limit))).map((job) => ({
        id: job.id,
        description: job.description,
        requested_device_type: job.deviceType,
        submitter: job.submitter,
      }));
    },
  }),
};

const mostJobsAtOnce = 100;

function page(start: number, limit: number) {
  return {
    offset: Math.max(0, start),
    limit: Math.min(Math.max(0, limit), mostJobsAtOnce),
    order: 'desc',
  } as const;
}

function formatBriefly(job: JobView) {
  return {
    id: job.id,
    description: job.description,
    device_type: job.deviceType,
    health: job.health,
    state: job.state,
    submitter: job.submitter,
  };
}

/** Times are strings here, unlike in `scheduler.jobs.show`. */
function formatVerbosely(job: JobView) {
  return {
    ...formatBriefly(job),
    actual_device: job.device,
    start_time: job.startTime?.toISOString() ?? null,
    end_time: job.endTime?.toISOString() ?? null,
    error_msg: job.errorMessage,
    error_type: job.errorType,
  };
}
