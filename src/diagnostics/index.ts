export * from './external-error.js';
export * from './finding.js';
