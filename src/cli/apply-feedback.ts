import type { ApplyFeedback, Progress } from '../app/apply/index.js';
import { printable } from '../diagnostics/index.js';
import { describeSuspension } from '../model/index.js';
import { labFeedback, printWait, printWarning } from './feedback.js';
import { createInterrupt, type Interrupt } from './interrupt.js';
import { printError, printProgress } from './output.js';

export function createApplyInterrupt(): Interrupt {
  return createInterrupt('Run lavaflow plan to see what is left. The next apply completes it.');
}

/** Prints to standard error what an apply reports while it runs. */
export function applyFeedback(interrupt: Interrupt): Omit<ApplyFeedback, 'review'> {
  let isArmed = false;
  return {
    ...labFeedback,
    onWarning: printWarning,
    onUncommitted(count) {
      const files = count === 1 ? '1 file of the lab has changes' : `${count} files of the lab have changes`;
      printError(`note: ${files} that are not committed; they are not applied`);
    },
    onProgress(progress) {
      // Once, for several masters too.
      if (progress.step === 'planned' && !isArmed) {
        interrupt.arm();
        isArmed = true;
      }
      printStep(progress);
    },
  };
}

function printStep(progress: Progress): void {
  if (progress.step === 'waiting') printWait(progress);
  if (progress.step === 'accepted') printWarning(progress.remark);
  if (progress.step === 'suspension ended')
    printError(
      printable(`note: the suspension has ended; it was set ${describeSuspension(progress.suspension)}`),
    );
  // Also printed when the output is a log: a run that is silent for minutes looks dead.
  if (progress.step === 'canary') printError(`canary ${progress.device}: ${canaryWords[progress.state]}`);
  if (progress.step !== 'outcome') return;
  const { outcome, index, of } = progress;
  printProgress(`${index + 1}/${of} ${outcome.verb} ${outcome.key} ${outcome.status}`);
}

const canaryWords = {
  'waiting until idle': 'in maintenance until its job ends (at most half an hour)',
  writing: 'getting the change',
  checking: 'waiting for its health check (at most half an hour)',
  kept: 'healthy with the change',
  'putting back': 'getting its previous configuration back',
} as const;
