/**
 * Turns what a lab's masters report into what operators read: the issue about a master's drift (docs/drift.md).
 *
 * Pure. The same drift always gives the same text, without the time of the report, so that nobody is told twice.
 */
export { driftIssue, type DriftIssue } from './drift-issue.js';
