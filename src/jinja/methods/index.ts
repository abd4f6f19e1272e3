import { registerTextMethods } from './registry.js';
import { MARKUP_METHODS, STR_METHODS } from './str.js';

registerTextMethods('str', STR_METHODS);
registerTextMethods('Markup', MARKUP_METHODS);

export { builtinAttribute, findMethod } from './registry.js';
