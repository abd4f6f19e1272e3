import type { Command } from 'commander';

import { printable, UsageError } from '../../diagnostics/index.js';
import { describeSuspension } from '../../model/index.js';
import type { Published } from '../../app/github/index.js';
import type { Verdict } from '../../plan/index.js';
import { applyFeedback, createApplyInterrupt } from '../apply-feedback.js';
import { reportFailure } from '../failure.js';
import { driftFeedback, labFeedback } from '../feedback.js';
import { addCanaryOptions, canaryOf, type CanaryOptions } from '../options/canary.js';
import { addConsentOptions, addForceOption, consentsOf, type ConsentOptions } from '../options/consents.js';
import { addLabOption } from '../options/lab.js';
import { addRecordsOption, type RecordsOptions } from '../options/records.js';
import { worstOf } from '../worst-verdict.js';
import { exitWith, print, printError } from '../output.js';

interface DriftOptions extends RecordsOptions {
  readonly lab: string;
  readonly master?: string;
}

interface ApplyOptions extends ConsentOptions, CanaryOptions, RecordsOptions {
  readonly lab: string;
  readonly rev: string;
  readonly master?: string;
  readonly name: string;
}

interface PlanOptions extends ConsentOptions, RecordsOptions {
  readonly lab: string;
  readonly master?: string;
  readonly policyFrom?: string;
  readonly name: string;
}

interface ReviewOptions {
  readonly lab: string;
  readonly remote: string;
  readonly master?: string;
  readonly out?: string;
  readonly name: string;
}

const defaultName = 'lavaflow review';
const exitCodes = { success: 0, action_required: 2, failure: 3 } as const;

export function registerGitHub(program: Command): void {
  const github = program
    .command('github')
    .description('show reviews, applies and drift on GitHub, from its workflows');
  addLabOption(github.command('review'))
    .description('review the change that this run is about, and write a comment and a check')
    .option('--remote <REMOTE>', 'the remote of the clone that is the repository on GitHub', 'origin')
    .option('--master <NAME>', 'show the effect on this master alone')
    .option('--out <FILE>', 'also write the complete review to this file, as JSON')
    .option('--name <NAME>', 'the name of the check and the comment', nameIn, defaultName)
    .action(review);
  github
    .command('comment <FILE>')
    .description('write a comment and a check from the review of a fork')
    .option('--name <NAME>', 'the name of the check and the comment', nameIn, defaultName)
    .action(comment);
  addRecordsOption(addCanaryOptions(addForceOption(addConsentOptions(addLabOption(github.command('apply'))))))
    .description('apply a commit, write its status for each master, and comment if it fails')
    .option('--rev <REV>', 'the committed revision to apply', 'HEAD')
    .option('--master <NAME>', 'only this master (default: all that are not off)')
    .option(
      '--name <NAME>',
      'the name of the review, whose comment has the reviewed plan',
      nameIn,
      defaultName,
    )
    .action(apply);
  addRecordsOption(addConsentOptions(addLabOption(github.command('plan'))))
    .description('plan the merge of a pull request, and add limits, drift and the plan to its review')
    .option('--master <NAME>', 'the master to plan for (default: the only one that is not off)')
    .option('--policy-from <REV>', 'as of lavaflow plan: the target branch of the pull request')
    .option('--name <NAME>', 'the name of the review, whose comment gets the plan', nameIn, defaultName)
    .action(plan);
  addRecordsOption(addLabOption(github.command('drift')))
    .description("report each master's drift as one issue, which is closed when nothing drifts")
    .option('--master <NAME>', 'only this master (default: all that are not off)')
    .action(drift);
}

async function apply(options: ApplyOptions): Promise<void> {
  const { lab, rev, master, records, name } = options;
  const [consents, canary] = [consentsOf(options), canaryOf(options)];
  const interrupt = createApplyInterrupt();
  const [{ publishApply }, { describeResult }] = await Promise.all([
    import('../../app/github/index.js'),
    import('../print/apply-result.js'),
  ]);
  const verdicts: Verdict[] = [];
  let failed = 0;
  const { pull, comment } = await publishApply(
    { lab, rev, master, consents, records, canary, name, signal: interrupt.signal },
    {
      ...driftFeedback,
      ...applyFeedback(interrupt),
      onResult(result) {
        if ('failure' in result) {
          const code = reportFailure(result.failure);
          failed = Math.max(failed, code);
          const { master: name } = result;
          verdicts.push(
            code === 4
              ? { code, why: `${name}: the plan is not the reviewed one` }
              : { code: 1, why: `the apply to ${name} failed` },
          );
          return;
        }
        print(describeResult(result.result, result.secrets));
        const { code, why } = result.verdict;
        verdicts.push({ code, why: why === null ? null : `${result.master}: ${why}` });
      },
    },
  );
  if (comment !== null) print(`comment on #${pull ?? ''} ${comment.did}: ${comment.url}`);
  // That of an interrupt.
  if (failed > 5) process.exitCode = failed;
  else exitWith(worstOf(verdicts));
}

async function plan(options: PlanOptions): Promise<void> {
  const consents = consentsOf(options);
  const [{ planPull }, { verdictOfPlan }] = await Promise.all([
    import('../../app/github/index.js'),
    import('../../plan/index.js'),
  ]);
  const planned = await planPull({ ...options, consents }, labFeedback);
  const { comment: written, hasErrors } = planned;
  print(written === null ? 'no comment: newer commits' : `comment ${written.did}: ${written.url}`);
  exitWith(
    hasErrors
      ? { code: 3, why: 'the lab has errors; what depends on them is blocked' }
      : verdictOfPlan(planned.plan),
  );
}

async function drift({ lab, master, records }: DriftOptions): Promise<void> {
  const { publishDrift } = await import('../../app/github/index.js');
  const reports = await publishDrift({ lab, master, records }, driftFeedback);
  const verdicts: Verdict[] = [];
  for await (const report of reports) {
    if ('failure' in report) {
      reportFailure(report.failure);
      verdicts.push({ code: 1, why: `${report.master} could not be compared` });
      continue;
    }
    const { verdict, issue, suspension, snoozedUntil, master: name } = report;
    if (suspension !== null) print(printable(`${name}: suspended ${describeSuspension(suspension)}`));
    verdicts.push({ code: verdict.code, why: verdict.why === null ? null : `${name}: ${verdict.why}` });
    if (snoozedUntil !== null) print(`${name}: snoozed until ${snoozedUntil}`);
    print(`${name}: ${issue === null ? 'no issue' : `issue ${issue.did}: ${issue.url}`}`);
  }
  exitWith(worstOf(verdicts));
}

/** It becomes part of an HTML comment. */
function nameIn(text: string): string {
  if (/^(?!.*--)[\w ./-]{1,60}$/.test(text)) return text;
  throw new UsageError(`${text} is not a name for a check`, 'Use letters, digits, spaces and single . / -.');
}

async function review(options: ReviewOptions): Promise<void> {
  const { reviewPull } = await import('../../app/github/index.js');
  const result = await reviewPull(options);
  if (result.published === null) {
    printError('Nothing was written to GitHub: the token of this run may only read, as for every fork.');
  } else printPublished(result.published);
  if (result.told.length > 0)
    print(`also reviewed because of conflicts: ${result.told.map((number) => `#${number}`).join(', ')}`);
  const { text } = result.review.verdict;
  print(text);
  exitWith({ code: exitCodes[result.conclusion], why: text });
}

async function comment(file: string, { name }: { readonly name: string }): Promise<void> {
  const { commentReview } = await import('../../app/github/index.js');
  const { published, review: judged } = await commentReview({ file, name });
  if (published === null) {
    printError('Nothing was written to GitHub: this commit is no longer the head of an open pull request.');
    return;
  }
  printPublished(published);
  print(judged.verdict.text);
}

function printPublished({ comment: written, check }: Published): void {
  if (written !== null) print(`comment ${written.did}: ${written.url}`);
  if (check !== null) print(`check: ${check}`);
}
