/**
 * What an apply did, for GitHub: the status of the commit for each master, and one comment on the pull request that the
 * commit came from, which exists only if an apply of the commit did not succeed.
 */
import { markdownCode as code, markdownText as plain, maskSecrets, visible } from '../diagnostics/index.js';
import { fit, formatPlanMarkdown, shorten, shortRevision, type Plan } from '../plan/index.js';
import { encodeName, planLine, reviewedPlanOf } from './reviewed-plan.js';

/** What became of one master. */
export interface AppliedReport {
  readonly master: string;
  /**
   * - `applied`: the revision is on the master;
   * - `incomplete`: a part of it is;
   * - `refused`: nothing was written, because of a limit;
   * - `failed`: the master became unavailable, or nothing could be tried.
   */
  readonly result: 'applied' | 'incomplete' | 'refused' | 'failed';
  /** How many objects were written. */
  readonly changes: number;
  /** What is left, in one line; null: nothing. */
  readonly why: string | null;
  /** The reasons, one line each. */
  readonly problems: readonly string[];
  /** Whether another person decided that nothing is written to the master for a while. */
  readonly isSuspended: boolean;
  /** Whether the lab has errors. What depends on them was not applied. */
  readonly hasErrors: boolean;
  /** How the plan differs from the reviewed one, one line each. */
  readonly comparison: readonly string[];
  /** The plan that was refused because it is not the reviewed one. The next run may apply exactly that. */
  readonly now: Plan | null;
  /** Masked. */
  readonly secrets: readonly string[];
}

export interface ApplyReport {
  /** Full commit ID. */
  readonly commit: string;
  /** The page of the run; null: unknown. */
  readonly url: string | null;
  readonly masters: readonly AppliedReport[];
}

export interface StatusText {
  readonly state: 'success' | 'failure' | 'error' | 'pending';
  readonly description: string;
}

/** What GitHub accepts as the description of a status. */
const longestDescription = 140;
/** What GitHub accepts in one comment, without the lines around the masters. */
const longestList = 60_000;
const mostProblems = 30;

/** The status while an apply runs: it stays if the run is killed. */
export function pendingStatus(commit: string): StatusText {
  return { state: 'pending', description: `applying ${shortRevision(commit)}` };
}

/** The status after an apply, such as `applied 0123456789ab: 3 changes`. */
export function statusOfApply(commit: string, report: AppliedReport): StatusText {
  const { result, why, problems, secrets } = report;
  const revision = shortRevision(commit);
  const text = {
    applied: `applied ${revision}: ${changesIn(report)}${why === null ? '' : `; ${why}`}`,
    incomplete: `applied ${revision} in part: ${why ?? ''}`,
    refused: `refused ${revision}: ${why ?? ''}`,
    failed: `could not apply ${revision}: ${problems[0] ?? why ?? ''}`,
  }[result];
  const state = { applied: 'success', incomplete: 'failure', refused: 'failure', failed: 'error' } as const;
  return { state: state[result], description: cut(visible(maskSecrets(text, secrets))) };
}

function cut(text: string): string {
  if (text.length <= longestDescription) return text;
  return `${text.slice(0, longestDescription - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Whether somebody has to do something. */
export function needsAttention({ result }: AppliedReport): boolean {
  return result !== 'applied';
}

/**
 * The first line of the comment. Jobs that apply different masters have one comment each.
 * @param master the only one that the job applies; undefined: all of them
 */
export function applyMarker(master: string | undefined): string {
  const of = master === undefined ? '' : ` ${encodeName(master)}`;
  return `<!-- lavaflow apply${of} -->`;
}

/**
 * The report as Markdown, for a comment and for the page of the run. Everything that comes from the lab or a master is
 * masked and escaped.
 */
export function formatApplyMarkdown({ commit, url, masters }: ApplyReport): string {
  const isDone = !masters.some(needsAttention);
  const blocks = masters.flatMap(masterBlocks);
  const { kept, left, length } = fit(blocks, longestList / 2);
  return [
    `### Apply of ${code(shortRevision(commit))}`,
    '',
    isDone
      ? '**The commit is applied.**'
      : '**The commit is not applied completely. Somebody has to do something.**',
    '',
    ...kept,
    ...(left === 0 ? [] : ['', `_Left out: ${left} lines, which are in the log of the run._`]),
    ...(isDone ? [] : ['', '#### What to do', '', ...whatToDo(masters)]),
    ...(url === null ? [] : ['', `Run: ${url}`]),
    '',
    ...masters.flatMap((one) => nowLines(commit, one, (longestList - length) / masters.length)),
  ].join('\n');
}

/** The plan that people may agree to by running the job again, and a hidden line that holds it. */
function nowLines(commit: string, { master, now, secrets }: AppliedReport, room: number): string[] {
  if (now === null) return [];
  const line = planLine(master, commit, reviewedPlanOf(now));
  // Half of it: escaped text is longer than it looks.
  const maxLength = Math.max(2_000, room / 2 - line.length);
  return [line, formatPlanMarkdown(now, { secrets, maxLength })];
}

const words = {
  applied: '✓ applied',
  incomplete: '✗ applied in part',
  refused: '✗ refused',
  failed: '✗ could not be applied',
} as const;

function masterBlocks(report: AppliedReport): string[] {
  const { master, result, why, problems, secrets } = report;
  const shown = (text: string) => plain(shorten(maskSecrets(text, secrets), 500));
  const rest = problems.length - mostProblems;
  return [
    `- ${code(shorten(master, 100))}: ${words[result]}${why === null ? '' : `: ${shown(why)}`} (${changesIn(report)})`,
    ...report.comparison.map((line) => `  - ${shown(line)}`),
    ...problems.slice(0, mostProblems).map((problem) => `  - ${shown(problem)}`),
    ...(rest > 0 ? [`  - ${rest} more problems are in the log of the run`] : []),
  ];
}

function whatToDo(masters: readonly AppliedReport[]): string[] {
  const has = (result: AppliedReport['result']) => masters.some((one) => one.result === result);
  const lines: string[] = [];
  if (masters.some(({ isSuspended }) => isSuspended))
    lines.push('- Suspended: run the failed job again when the suspension has ended.');
  if (masters.some(({ now }) => now !== null)) {
    lines.push(
      '- Not as reviewed: below is what the apply would do now. To apply exactly that, run the failed job again. It is refused again only if the master has changed once more.',
    );
  }
  if (masters.some(({ result, isSuspended, now }) => result === 'refused' && !isSuspended && now === null)) {
    const command = code('lavaflow apply --force REASON');
    lines.push(
      `- Refused: see the changes with ${code('lavaflow plan')}. If all of them are intended, run ${command} where the master can be reached.`,
    );
  }
  if (masters.some(({ hasErrors }) => hasErrors)) {
    const command = code('lavaflow validate');
    lines.push(
      `- The lab has errors: fix the findings of ${command} in another pull request. What depends on them stays as it is.`,
    );
  }
  if (has('failed') || masters.some(({ result, hasErrors }) => result === 'incomplete' && !hasErrors)) {
    lines.push('- Failed: remove the cause, then run the failed job again. It completes what is left.');
  }
  return [
    ...lines,
    '- If newer commits were merged since, run the job of the newest one again instead. It contains this commit.',
    '',
    'This comment is updated when the commit is applied again.',
  ];
}

function changesIn({ changes }: AppliedReport): string {
  if (changes === 0) return 'no changes';
  return `${changes} ${changes === 1 ? 'change' : 'changes'}`;
}
