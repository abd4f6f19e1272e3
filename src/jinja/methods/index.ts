import { MARKUP_METHODS } from './markup.js';
import { registerTextMethods } from './registry.js';
import { STR_METHODS } from './str.js';

registerTextMethods('str', STR_METHODS);
registerTextMethods('Markup', MARKUP_METHODS);

export { builtinAttribute, findMethod } from './registry.js';
