/**
 * The machine that lavaflow runs on: durable files, locks, processes and the errors of the operating system. One
 * implementation of each, for every room that does I/O. This room knows nothing of labs, masters or jobs, and decides
 * nothing.
 */
export { codeOf, hasCode } from './errno.js';
export {
  createFile,
  removeDurably,
  replaceFile,
  replaceFileSync,
  syncDirectory,
  writeTemporary,
  type ReplaceOptions,
} from './files/durable-file.js';
export { readIfThere, readIfThereSync } from './files/read-if-there.js';
export { sweepTemporaries } from './files/sweep-temporaries.js';
