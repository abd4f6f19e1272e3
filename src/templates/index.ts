/**
 * Renders a device dictionary and its templates to a device configuration, as LAVA does. Only this room knows the search
 * order and the names of templates, the rendering context and its limits, what can be read from a template without
 * rendering it, which templates a dictionary uses, and which templates LAVA ships.
 *
 * Pure. All users of templates call this room: `lab` reports findings about a lab's templates, `plan` compares rendered
 * devices, `master` renders devices for jobs, and `simulator` renders them as a LAVA release would.
 */
export { ChainFacts } from './chains/chain-facts.js';
export { followChains, graphOf, type Chain } from './chains/chains.js';
export { componentsOf, shortestCycle } from './chains/graph.js';
export type { Namespace, Template } from './chains/template.js';
export { extendedTemplate, extendedTemplateOf } from './extended-template.js';
export { longestTemplate } from './limits.js';
export {
  fileNameOf,
  findTemplate,
  mergeTemplates,
  templateNameOf,
  type TemplatePlaces,
  type TemplateText,
} from './search-order.js';
export { readConfiguration, type ConfigurationProblem } from './rendering/configuration.js';
export { renderingContext, type RenderedDevice } from './rendering/context.js';
export { contextVariables, readByLava } from './rendering/context-variables.js';
export { groupByRendering, newestRendering } from './rendering/release-rules.js';
export { createDeviceEnvironment, renderDevice, renderDictionary } from './rendering/render-device.js';
export { attempt, syntaxErrorOf, type Attempt } from './rendering/template-error.js';
export { isShippedText, shippedTemplates } from './shipped/shipped-templates.js';
export type { Hardware } from './text/hardware.js';
export { namesPrintedOn } from './text/printed-names.js';
export type { Literal } from './text/read-literal.js';
export { readTemplateFacts, type TemplateFacts, type TemplateReference } from './text/template-facts.js';
export { isSlip, type JoinedTexts } from './text/missing-comma.js';
export { explainSyntax } from './text/explain-syntax.js';
export type { SetVariable } from './text/variables.js';
export { neededObjects } from './users/needed-objects.js';
export { withoutSet } from './text/without-set.js';
export { createReferenceReader, reachedFrom, usersOf, type ReferenceReader } from './users/references.js';
export { userGraphOf, type UserGraph } from './users/user-graph.js';
