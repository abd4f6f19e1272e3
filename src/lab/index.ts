export { createLabLoader, loadLab, type LabLoader, type LoadedLab, type LoadOptions } from './load-lab.js';
export { overlay } from './overlay.js';
export { isLabPath } from './paths.js';
export { createLabTemplates, renderDevice, type LabTemplates } from './render-device.js';
export { schemas } from './schema/index.js';
export * from './snapshot.js';
export { readTemplateFacts } from './template-facts.js';
export { deviceTypeSourcesOf, type DeviceTypeSource } from './sources.js';
