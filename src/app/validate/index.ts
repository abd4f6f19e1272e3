/** Finds every problem in a lab, without a master. */
export { validateLab } from './validate-lab.js';
