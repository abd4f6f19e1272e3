/** Loaded only to find a master that the lab describes: other commands start faster without the code that reads labs. */
export { openLab } from '../lab/index.js';
