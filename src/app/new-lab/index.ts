/** Creates lab repos: an empty one, or one that describes a running master. */
export { importLab, type ImportedRepository, type ImportOptions } from './import-lab.js';
export { convertLab, type ConvertedRepository } from './convert-lab.js';
export { initLab, type InitOptions } from './init-lab.js';
export { describeLeftOut } from '../../lab/index.js';
export type { Interruption, NewRepository } from './new-repository.js';
