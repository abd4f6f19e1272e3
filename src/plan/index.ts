/**
 * Desired, observed and last applied state become an ordered plan, in which each difference has a cause (docs/plan.md).
 */
export { describeAlike, groupAlike } from './alike.js';
export { shortRevision } from './context.js';
export { digestFields, digestOf } from './digest.js';
export type { PutBack } from './drift/contest.js';
export { contestsAt, countPutBacks } from './drift/contests.js';
export { effectsOfDrift, undoneDrift } from './drift/effects.js';
export { formatDriftMarkdown } from './drift/format-markdown.js';
export { formatDriftText, type Drift } from './drift/format-text.js';
export { driftItems } from './drift/items.js';
export { dateDrift, type DatedItem, type Sighting } from './drift/sightings.js';
export { whatMoved, type Moved } from './fingerprint.js';
export { formatPlanMarkdown, type MarkdownOptions } from './format-markdown.js';
export { formatPlanText, type TextOptions } from './format-text.js';
export { isRetired } from './kinds.js';
export { makePlan, type PlanInput } from './make-plan.js';
export {
  alarmingDrift,
  contestedOf,
  driftOf,
  exitCodeOf,
  isEmpty,
  isWrite,
  pendingChanges,
  unmetOf,
  unseenOf,
} from './outlook.js';
export { planFromJson, planToJson, type PlanJson } from './plan-json.js';
export { noConsents, type Consents, type Plan, type Selection } from './plan.js';
export type { RenderedDifference } from './rendered/difference.js';
export {
  renderedDifferences,
  unknownTemplates,
  type RenderedInput,
} from './rendered/rendered-differences.js';
export type { TemplateTexts } from './rendered/world.js';
export { judge, type Judgement, type Refusal } from './safety.js';
export { lookAt, type Look } from './sight.js';
export { upstreamOf } from './upstream.js';
export { saysSecret } from './mask-secrets.js';
