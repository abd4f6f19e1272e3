export * from './applied.js';
export * from './certificate.js';
export * from './change.js';
export * from './configuration.js';
export * from './lab.js';
export * from './observed.js';
export * from './path-rules.js';
export * from './verbs.js';
