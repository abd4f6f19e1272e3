/**
 * Jinja2 as LAVA uses it, sandboxed: renders device dictionaries and device types byte for byte as CPython's
 * Jinja2 3.1 does. See docs/jinja.md.
 */
export type { TemplateSource } from './cache.js';
export {
  createEnvironment,
  type Environment,
  type EnvironmentOptions,
  type Rendering,
  type TemplateLoader,
  type UndefinedUse,
} from './environment.js';
export { TemplateError, type TemplateErrorKind, type TemplatePlace } from './errors.js';
export type { ExplainedLine, Explanation } from './explain.js';
export {
  findLiteralExtends,
  type LiteralExtends,
  type ParsedTemplate,
  type SetDescription,
  type SourcePosition,
} from './inspect.js';
export { DEFAULT_LIMITS, type Limits } from './limits.js';
export { makeFloat as pythonFloat, type PyFloat as PythonFloat } from './values/float.js';
