/** Reads a lab from the working tree or a commit, with what this machine adds to it. */
export { baseRulesIn, expectInBoth, readBaseRules, remarksOnRules, type BaseRules } from './base-rules.js';
export { lavaPlaces } from './lava-layout.js';
export { isDecidedByFiles } from './decided-by-files.js';
export { keepLab } from './kept-lab.js';
export { openKeptLab, type KeptOrKey } from './open-kept-lab.js';
export { writeProofs } from './proofs-file.js';
export { openLoader } from './open-loader.js';
export { readLab, readSnapshot, type LabReading } from './read-lab.js';
export {
  openCommittedLab,
  openLab,
  type LabFeedback,
  type PlannableLab,
  type UsableLab,
} from './usable-lab.js';
