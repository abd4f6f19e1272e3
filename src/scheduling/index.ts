/**
 * Decides which job gets which device next. A pure function of the state at one moment: the master loads the state
 * from its store and carries out the decisions. Leases and multinode jobs extend this function, so that all of them
 * share one set of rules.
 */
export {
  schedule,
  type Decision,
  type Drain,
  type QueuedJob,
  type Schedule,
  type SchedulerDevice,
  type SchedulerDeviceType,
  type SchedulerState,
  type SchedulerWorker,
  type Waiting,
} from './schedule.js';
