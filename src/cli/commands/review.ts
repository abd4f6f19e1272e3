import type { Command } from 'commander';

import { addLabOptions, type LabOptions } from '../options/lab.js';
import { exitWith, print, printJson } from '../output.js';

interface Options extends LabOptions {
  readonly base: string;
  readonly head: string;
  readonly master?: string;
  readonly with: readonly string[];
}

export function registerReview(program: Command): void {
  const command = program
    .command('review')
    .description('show who has to approve a change, and what it does to each master');
  addLabOptions(command, ['text', 'markdown', 'json'])
    .requiredOption('--base <REV>', 'the branch that the change is for; its rules judge the change')
    .option('--head <REV>', 'the committed revision with the change', 'HEAD')
    .option(
      '--with <REV>',
      'another change, such as an open pull request, or NAME=REV: report conflicts of hardware; may be repeated',
      (value: string, all: readonly string[]) => [...all, value],
      [],
    )
    .option('--master <NAME>', 'show the effect on this master alone')
    .action(review);
}

async function review(options: Options): Promise<void> {
  const [{ reviewLab }, { formatReviewMarkdown, formatReviewText, reviewToJson }] = await Promise.all([
    import('../../app/review/index.js'),
    import('../../review/index.js'),
  ]);
  const result = await reviewLab({ ...options, others: options.with.map(otherOf) });
  if (options.format === 'json') printJson(reviewToJson(result));
  else if (options.format === 'markdown') print(formatReviewMarkdown(result));
  else print(formatReviewText(result));
  const { code, text } = result.verdict;
  exitWith({ code, why: code === 0 ? null : text });
}

/** `17=REV` is pull request #17; without a name, the revision is the name. */
function otherOf(value: string): { readonly name: string; readonly revision: string } {
  const [, name, revision] = /^([\w.#-]+)=(.+)$/.exec(value) ?? [];
  if (name === undefined || revision === undefined) return { name: value, revision: value };
  return { name: /^\d+$/.test(name) ? `#${name}` : name, revision };
}
