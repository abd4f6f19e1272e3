/**
 * The nouns that all rooms share: lab, site, master, worker, device, the objects of a master, and changes to them.
 */
export * from './applied.js';
export * from './certificate.js';
export * from './change.js';
export * from './configuration.js';
export * from './defaults.js';
export * from './lab.js';
export * from './observed.js';
export * from './path-rules.js';
export * from './release.js';
export * from './revision.js';
export * from './suspension.js';
export * from './verbs.js';
