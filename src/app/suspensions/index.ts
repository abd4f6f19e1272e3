/** Suspensions of masters: nothing is written to a suspended master until a time that a person specified. */
export { listSuspensions } from './list.js';
export { resumeMaster } from './resume.js';
export { suspendMaster } from './suspend.js';
