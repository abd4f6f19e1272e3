/**
 * Turns desired, observed and last applied state into an ordered plan, in which each difference has a cause
 * (docs/plan.md).
 */
export { describeAlike, groupAlike } from './view/alike.js';
export { shortRevision } from './view/names.js';
export { shorten } from './view/printable-text.js';
export { cutLines, diffLines } from './view/text-diff.js';
export { withAccounts } from './compare/accounts.js';
export { digestFields, digestOf } from './compare/digest.js';
export type { PutBack } from './drift/contest.js';
export { contestsAt, countPutBacks } from './drift/contests.js';
export { effectsOfDrift, undoneDrift } from './drift/effects.js';
export { formatDriftMarkdown } from './drift/format-markdown.js';
export { formatDriftText, isDrift, type Drift } from './drift/format-text.js';
export { driftItems, withStrangers } from './drift/items.js';
export { dateDrift, type DatedItem, type Sighting } from './drift/sightings.js';
export { whatMoved, type Moved } from './compare/fingerprint.js';
export { fit, formatPlanMarkdown, type MarkdownOptions } from './view/format-markdown.js';
export { formatPlanText, type TextOptions } from './view/format-text.js';
export { isRetired, needsOf } from './kinds.js';
export { makePlan, type PlanInput } from './make-plan.js';
export {
  alarmingDrift,
  contestedOf,
  driftOf,
  isEmpty,
  pendingChanges,
  unmetOf,
  unseenOf,
  waitingOf,
} from './outlook.js';
export { isWrite } from './changes.js';
export { planFromJson, planToJson } from './json/plan-json.js';
export type { PlanJson } from './json/plan-schema.js';
export type { Plan } from './plan.js';
export { noConsents, type Consents, type Selection } from './consents.js';
export type { RenderedDifference } from './rendered/difference.js';
export {
  affectsRendering,
  renderedDifferences,
  unknownTemplates,
  type RenderedInput,
} from './rendered/rendered-differences.js';
export { viewRendered, type RenderedView } from './rendered/view.js';
export type { TemplateTexts } from './rendered/world.js';
export { silenceIn } from './decide/silence.js';
export { judge, type Judgement, type Refusal } from './safety/judge.js';
export { lookAt, type Look } from './compare/sight.js';
export { remarksOnRejected } from './remarks/rejected.js';
export { upstreamOf } from './remarks/upstream.js';
export {
  describeUnmet,
  describeUnseen,
  say,
  verdictOfDrift,
  verdictOfPlan,
  type Verdict,
} from './verdict.js';
