/**
 * Does what people request with the check boxes of the issue about a master's drift.
 *
 * Only the issue that lavaflow opened counts, and only if everybody who edited it since lavaflow last wrote it may push to the
 * repository. What was requested is done for the drift that the issue showed, and for no other. Killed at any point, the next
 * run finds the box still checked: it finds the branch, the pull request and the comment again, and what was reverted does
 * not drift any more.
 */
import {
  ExternalError,
  markdownCode,
  markdownText,
  maskSecrets,
  UsageError,
} from '../../diagnostics/index.js';
import type { GitHub, IssueText } from '../../github/index.js';
import { driftItems, noConsents, type Plan } from '../../plan/index.js';
import {
  driftDigest,
  driftMarker,
  hasRequests,
  memoFor,
  readRequests,
  type DriftAnswer,
  type DriftMemo,
} from '../../report/index.js';
import { fetchSigned } from '../../git/index.js';
import { commitOf } from '../../model/index.js';
import { reportDrift, type DriftBranch, type MasterDrift } from '../drift/index.js';

type Reported = Parameters<typeof reportDrift>;

export interface ObeyOptions {
  readonly github: GitHub;
  /** Of the issues. */
  readonly label: string;
  readonly drift: Omit<Reported[0], 'writeBack' | 'rev'>;
  readonly feedback: Reported[1];
  readonly now: Date;
}

/** The drift after what was requested, and what its issue has to remember. */
export interface Obeyed {
  readonly report: MasterDrift;
  readonly memo: DriftMemo;
}

/** @throws ExternalError when GitHub cannot be read or does not accept a comment */
export async function obeyIssue(report: MasterDrift, options: ObeyOptions): Promise<Obeyed> {
  const { github, label, now } = options;
  const digest = driftDigest(report.drift);
  const unknown = { report, memo: memoFor(digest, null, now) };
  const found = await github.findIssue({ marker: driftMarker(report.master), label });
  if (found?.isOpen !== true) return unknown;
  const text = await github.readIssueText(found.number);
  const read = text === null ? null : readRequests(text.body);
  if (text === null || read === null) return unknown;
  const isRequested = hasRequests(read.requests);
  const stranger = await strangerIn(github, text, isRequested);
  const why = isRequested ? (stranger ?? objectionTo(read, digest)) : null;
  // Once for each edit: the boxes are unchecked when the issue is written.
  if (why !== null) {
    const marker = `<!-- lavaflow refused ${text.editedAt ?? 'never'} -->`;
    await github.putComment(found.number, marker, `${marker}\nNothing was done: ${why}`);
  }
  if (stranger !== null) return unknown;
  await announceEnd(read.memo, digest, found.number, options);
  const memo = memoFor(digest, read.memo, now);
  if (why !== null || !isRequested) return { report, memo };
  return obey({ report, memo }, read.requests, { ...options, issue: found.number, text });
}

/** Markdown for why the boxes are not obeyed; null: everybody who edited the issue may check them. */
async function strangerIn(
  github: GitHub,
  { editors }: IssueText,
  isRequested: boolean,
): Promise<string | null> {
  if (editors === null || (isRequested && editors.length === 0))
    return 'GitHub does not show who checked the box. Check it again, as a person with write access to the repository.';
  for (const login of editors)
    if (!(await github.mayWrite(login)))
      return `${markdownCode(login)} edited this issue, and has no write access to the repository. Somebody who has it can check the box again.`;
  return null;
}

function objectionTo(
  { memo, requests }: NonNullable<ReturnType<typeof readRequests>>,
  digest: string,
): string | null {
  if (memo.drift !== digest)
    return 'what drifts has changed since the box was checked. Look at the issue as it is now, and check the box again.';
  if (requests.accept && requests.revert)
    return 'one box accepts what drifts, and the other one reverts it. Check one of them.';
  return null;
}

/** A comment notifies those who follow the issue, which an update of its text does not. */
async function announceEnd(
  { drift, snooze }: DriftMemo,
  digest: string,
  issue: number,
  { github, now }: ObeyOptions,
): Promise<void> {
  if (drift !== digest || snooze === undefined || Date.parse(snooze.until) > now.getTime()) return;
  const marker = `<!-- lavaflow snooze ${snooze.until} -->`;
  await github.putComment(issue, marker, `${marker}\nThe snooze has ended, and the same drift remains.`);
}

const dayMs = 24 * 60 * 60 * 1000;

type Requests = NonNullable<ReturnType<typeof readRequests>>['requests'];

interface Request extends ObeyOptions {
  readonly issue: number;
  readonly text: IssueText;
}

async function obey(
  seen: Obeyed,
  { accept, revert, snoozeDays }: Requests,
  request: Request,
): Promise<Obeyed> {
  const { text, now } = request;
  const by = (text.editors ?? []).slice(0, 20);
  const stamp = { at: now.toISOString(), by };
  let { report, memo } = seen;
  if (snoozeDays !== null) {
    // From when the box was checked, so that it does not matter how often this runs.
    const from = Date.parse(text.editedAt ?? stamp.at);
    const until = new Date(from + snoozeDays * dayMs).toISOString();
    memo = memoFor(memo.drift, { ...memo, snooze: { until, by } }, now);
  }
  if (accept) {
    const answer = await answerOf(report, () => acceptDrift(report, request));
    memo = { ...memo, accept: { ...stamp, ...answer } };
  }
  if (revert) {
    const answer = { ...stamp, ...(await answerOf(report, () => revertDrift(report, request))) };
    report = await reportAgain(report, request, null);
    const drift = driftDigest(report.drift);
    memo = drift === memo.drift ? { ...memo, revert: answer } : { drift, revert: answer };
  }
  return { report, memo };
}

type Result = Pick<DriftAnswer, 'text' | 'pull'>;

/** What fails is shown in the issue. A person can check the box again. */
async function answerOf({ secrets }: MasterDrift, act: () => Promise<Result>): Promise<Result> {
  const short = (text: string) => maskSecrets(text.replaceAll(/\s+/g, ' '), secrets).slice(0, 400);
  try {
    const { text, ...rest } = await act();
    return { ...rest, text: short(text) };
  } catch (error) {
    if (!(error instanceof ExternalError || error instanceof UsageError)) throw error;
    return { text: short(`${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`) };
  }
}

/** @throws ExternalError */
async function reportAgain(
  { master }: MasterDrift,
  { drift, feedback }: Request,
  writeBack: Reported[0]['writeBack'],
): Promise<MasterDrift> {
  const { reports } = await reportDrift({ ...drift, master, writeBack }, feedback);
  for await (const report of reports) {
    if ('failure' in report) throw report.failure;
    return report;
  }
  throw new Error(`no report of ${master}`);
}

/** Opens a pull request that changes the lab to what the master has. */
async function acceptDrift(report: MasterDrift, request: Request): Promise<Result> {
  const { github, issue, text } = request;
  const again = await reportAgain(report, request, { push: 'origin', removesGone: true });
  const { branch } = again;
  if (branch === null) throw new Error('nothing was written back');
  if (branch.state === 'taken')
    return { text: `the branch ${branch.branch} contains commits of somebody else: merge or rename it` };
  const left = branch.left.length === 0 ? '' : `; ${branch.left.length} differences are not in it`;
  if (branch.written.length === 0 || branch.commit === null)
    return { text: `the lab cannot express any of it${left}; lavaflow drift --write-back lists the reasons` };
  const pull = await github.openPull({
    branch: branch.branch,
    title: `Accept what was changed on ${report.master}`,
    body: pullText(branch, issue, text.editors ?? []),
  });
  return { pull, text: `it is drift until the pull request is merged${left}` };
}

const mostListed = 100;

function pullText({ written, left }: DriftBranch, issue: number, by: readonly string[]): string {
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0
      ? []
      : [
          '',
          title,
          '',
          ...lines.slice(0, mostListed),
          ...(lines.length > mostListed ? [`- ${lines.length - mostListed} more`] : []),
        ];
  return [
    `Accepts what was changed on the master (#${issue}). Requested by ${by.map(markdownCode).join(', ')}.`,
    ...list(
      'It changes:',
      written.map(
        ({ key, field, path }) =>
          `- ${markdownCode(key)} ${markdownText(field ?? 'it is gone')}, in ${markdownCode(path)}`,
      ),
    ),
    ...list(
      'It does not contain:',
      left.map(
        ({ key, field, why }) => `- ${markdownCode(key)} ${markdownText(`${field ?? 'it is gone'}: ${why}`)}`,
      ),
    ),
    '',
  ].join('\n');
}

/** Applies the revision that is applied already, and restores what drifts also in mode `warn`. */
async function revertDrift({ master, drift }: MasterDrift, request: Request): Promise<Result> {
  const { plan } = drift;
  if (plan.lastApplied === null) return { text: 'nothing was applied to this master yet' };
  const shown = driftDigest(drift);
  const { applyMasters, problemsOf } = await import('../apply/index.js');
  const { lab, records } = request.drift;
  const { results } = await applyMasters(
    {
      ...{ lab, records, master, rev: commitOf(plan.revision) },
      consents: { ...noConsents, restoresDrift: true },
      // A workflow checks out one commit.
      fetchSigned: (commits) => fetchSigned(lab, commits),
    },
    {
      ...request.feedback,
      onProgress: ignore,
      onUncommitted: ignore,
      review: (now) => {
        expectSame(now, plan, shown);
        return Promise.resolve();
      },
    },
  );
  for await (const result of results) {
    if ('failure' in result) throw result.failure;
    const { verdict, result: applied } = result;
    const done = applied.outcomes.filter(({ status }) => status === 'done').length;
    if (verdict.code === 0) return { text: `${done} ${done === 1 ? 'object' : 'objects'} restored` };
    const problems = problemsOf(applied).slice(0, 3).join('; ');
    return { text: `${verdict.why ?? ''}${problems === '' ? '' : `: ${problems}`}` };
  }
  throw new Error(`no result for ${master}`);
}

/** @throws UsageError when the apply would do something else than revert what the issue shows */
function expectSame(now: Plan, before: Plan, shown: string): void {
  const isSame =
    now.lastApplied === before.lastApplied && driftDigest({ plan: now, items: driftItems(now) }) === shown;
  if (isSame) return;
  throw new UsageError('meanwhile, the lab was applied or something else drifted', 'Check the box again.', 4);
}

function ignore(): void {
  // The result says it.
}
