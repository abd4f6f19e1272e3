/** Reads a lab from the working tree or a commit, with what this machine adds to it. */
export { expectInBoth, readBaseRules, remarksOnRules, type BaseRules } from './base-rules.js';
export { commitOf } from './commit-of.js';
export { lavaPlaces } from './lava-layout.js';
export { readLab, readSnapshot, type LabReading } from './read-lab.js';
export { openCommittedLab, openLab, type LabFeedback, type UsableLab } from './usable-lab.js';
