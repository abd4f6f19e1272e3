export { createMasterTarget } from './master-target.js';
