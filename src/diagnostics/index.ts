export { printable } from './escape.js';
export * from './external-error.js';
export * from './finding.js';
export * from './format.js';
export { nearest } from './nearest.js';
export * from './reason.js';
export * from './redact.js';
