/** Judges a change of a lab between two commits, without a master. */
export { reviewLab, type ReviewOptions } from './review-lab.js';
