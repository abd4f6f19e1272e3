/**
 * The machine that lavaflow runs on: durable files, locks, processes, threads and the errors of the operating system.
 * One implementation of each, for every room that does I/O. This room knows nothing about labs, masters or jobs, and makes
 * no decisions.
 */
export { codeOf, hasCode, isDiskFull } from './errno.js';
export {
  createFile,
  removeDurably,
  replaceFile,
  replaceFileSync,
  syncDirectory,
  writeTemporary,
  type ReplaceOptions,
} from './files/durable-file.js';
export { makePrivateDirectory } from './files/private-directory.js';
export { readIfThere, readIfThereSync } from './files/read-if-there.js';
export { readRegular } from './files/read-regular.js';
export { sweepTemporaries } from './files/sweep-temporaries.js';
export { elapsedMs, thisMoment, type Moment } from './lock/moment.js';
export { highestNumber, highestNumberSync, makeNumber, numbered } from './lock/numbered-files.js';
export { isDead, isLockOwner, thisProcess, type LockOwner } from './lock/owner.js';
export { takeProcessLock, type ProcessLock } from './lock/process-lock.js';
export {
  cgroupDirectory,
  commandInCgroup,
  findUsableCgroup,
  killCgroup,
  makeCgroup,
  removeCgroup,
} from './process/cgroup.js';
export { identify, isAlive, isRunning, type ProcessIdentity } from './process/identity.js';
export {
  bootId,
  hasVariable,
  listProcesses,
  readOwner,
  readProcess,
  type ProcessStatus,
} from './process/proc.js';
export { sendSignal, signalGroup } from './process/signal.js';
export { steadyMs } from './process/steady.js';
export { ProgramError, runProgram, streamProgram, type ProgramOptions } from './process/stream-program.js';
export { serveTasks } from './threads/serve-tasks.js';
export {
  ThreadPool,
  type TaskOutcome,
  type TaskOwner,
  type ThreadPoolOptions,
} from './threads/thread-pool.js';
