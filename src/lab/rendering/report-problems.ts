import { formatRelease } from '../../model/index.js';
import type { FindingCode } from '../codes.js';
import type { Report } from '../report.js';
import type { DeviceProblem } from './device-problem.js';
import { createCauseFinder, type Cause, type CauseInput } from './find-cause.js';
import { groupBy } from './group-by.js';
import type { RenderedProblemKind } from './rendered-problem.js';

/** If more devices have the same problem, it is a habit, and is reported once. */
const mostSlips = 20;

const codes: Readonly<Record<RenderedProblemKind, FindingCode>> = {
  'not-yaml': 'rendered-not-yaml',
  'not-a-mapping': 'rendered-not-a-mapping',
  invalid: 'device-configuration-invalid',
  console: 'connection-unusable',
  shell: 'command-needs-shell',
  cut: 'text-cut-off',
};

const warnings: ReadonlySet<RenderedProblemKind> = new Set(['console', 'shell', 'cut']);

/**
 * Reports what is wrong with rendered configurations, where it can be fixed in the lab. Devices that have the same
 * problem because of the same line are in one finding.
 */
export function reportProblems(problems: readonly DeviceProblem[], input: CauseInput, report: Report): void {
  if (problems.length === 0) return;
  const causeOf = createCauseFinder(input);
  for (const group of groupBy(problems, keyOf).values()) {
    for (const { file, problem } of group) {
      if (!warnings.has(problem.kind)) report.block(codes[problem.kind], file);
    }
    const isHabit = group.length > mostSlips;
    const causes = (isHabit ? group.slice(0, 1) : group).map((found) => ({ found, cause: causeOf(found) }));
    for (const members of groupBy(causes, ({ cause }) => lineOf(cause)).values()) {
      const [first] = members;
      if (first === undefined || report.isFull(first.cause.place.file)) continue;
      reportOne(first.found, first.cause, isHabit ? group.length : members.length, report);
    }
  }
}

/** Equal for devices that have the same problem, whatever the values. */
function keyOf({ problem: { kind, at, message, releases } }: DeviceProblem): string {
  const pattern = message.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll(/\d+/g, '0');
  return JSON.stringify([kind, at, pattern, releases]);
}

/** The line that causes it: a `set`, text of the lab, or a line of a template that is not in the lab. */
function lineOf({ place, variable, printedBy }: Cause): string {
  return JSON.stringify(variable === undefined ? (printedBy ?? place) : place);
}

function reportOne(found: DeviceProblem, cause: Cause, count: number, report: Report): void {
  const { device, problem } = found;
  const devices = count === 1 ? device : `${device} and ${count - 1} more`;
  const { place, printedBy } = cause;
  const note = printedBy === undefined ? '' : ` (printed by ${printedBy.file}:${printedBy.line})`;
  const message = `${devices}: ${describe(found)}${note}`;
  const hint = problem.hint ?? hintFor(found, cause);
  if (warnings.has(problem.kind)) report.warn(codes[problem.kind], place, message, hint);
  else report.error(codes[problem.kind], place, message, hint, found.file);
}

function describe({ problem }: DeviceProblem): string {
  const { kind, message, line, releases } = problem;
  switch (kind) {
    case 'not-yaml':
      return `line ${line ?? 1} of the rendered configuration is not valid YAML: ${message}`;
    case 'invalid':
      return `LAVA ${releases.map(formatRelease).join(' and ')} ${releases.length === 1 ? 'rejects' : 'reject'} the device configuration: ${message}`;
    default:
      return message;
  }
}

function isLetterOf(text: string, step: string | number): boolean {
  return typeof step === 'string' && step.length === 1 && text.length > 1 && text.includes(step);
}

function hintFor({ device, problem }: DeviceProblem, { variable, literal, printedBy }: Cause): string {
  const show = `Run \`lavaflow render --explain ${device}\` to see the configuration`;
  if (problem.kind !== 'invalid') return `Run \`lavaflow render ${device}\` to see the text.`;
  const isSplit = literal !== undefined && problem.at.some((step) => isLetterOf(literal, step));
  if (variable !== undefined && isSplit)
    return `Write a list: {% set ${variable} = ['${literal}'] %}. A template reads a string letter by letter.`;
  if (variable !== undefined) return `Correct or remove "${variable}". ${show}.`;
  if (printedBy !== undefined) {
    return `Use templates of the release that the master runs: compare \`release\` in the master's file with deviceTypeSources in lab-config/lab.yaml. ${show}.`;
  }
  if (!problem.message.endsWith('unknown key')) return `${show}.`;
  return `Remove the key: LAVA accepts only its own, and sets the device to Bad. ${show}.`;
}
