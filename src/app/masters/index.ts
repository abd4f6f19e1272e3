/** How a lab's masters are reached: addresses and tokens. */
export { accessTo, requireAccess, type Access, type Role } from './access.js';
export { chooseMaster, chooseMasters, type OffMaster } from './choose.js';
export { originOf, readSecret, readTokenFile } from './secrets.js';
