/** GitHub's CODEOWNERS: generates it from a lab, and reports when it is out of date. */
export { findOutdatedCodeowners } from './find-outdated.js';
export { compareCodeowners, writeCodeowners, type Codeowners } from './generate.js';
