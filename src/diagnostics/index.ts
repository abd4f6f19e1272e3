/** How every part reports: findings, the one error kind of failing I/O, usage errors, logs, and redaction of secrets. */
export { printable } from './escape.js';
export { exhaustionOf, type Exhaustion } from './exhaustion.js';
export * from './external-error.js';
export * from './finding.js';
export * from './format.js';
export { isRecord } from './is-record.js';
export type { Log } from './log.js';
export { Notices } from './notices.js';
export { differByOneSlip, nearest } from './nearest.js';
export * from './reason.js';
export * from './redact.js';
export { foldedDiff, markdownCode, markdownText, visible, visibleLines } from './markdown.js';
export { maskLines, maskSecrets, saysSecret } from './mask-secrets.js';
