import { printable } from '../../diagnostics/index.js';
import type { RenderedDifference } from './difference.js';

/** One entry for the output: a sentence, and the lines of a diff below it. */
export interface RenderedView {
  readonly symbol: '!' | '~' | '+' | '?' | '=';
  readonly title: string;
  /** `board-1, board-2 and 3 more`. */
  readonly names: string;
  /** The cause and the place of the problem. */
  readonly reason: string | null;
  readonly diff: readonly string[];
}

const mostNames = 5;

export function viewRendered(difference: RenderedDifference): RenderedView {
  const { kind, cause, devices, count, diff, isAlike, reason } = difference;
  const many = count !== 1;
  const subject = many ? `${count} devices` : '1 device';
  const isUpstream = cause === 'upstream';
  const sentences = {
    breaks: isUpstream
      ? `${subject} ${many ? 'render' : 'renders'} in the lab but would not on the master`
      : `${subject} would no longer render`,
    rejects: isUpstream
      ? `${subject} ${many ? 'are' : 'is'} valid in the lab but would not be on the master`
      : `${subject} would become invalid, and LAVA would set ${many ? 'them' : 'it'} to Bad`,
    rejected: `${subject} ${many ? 'are' : 'is'} not valid for the release that the master runs`,
    accepts: `${subject} would become valid again`,
    broken: `${subject} ${many ? 'do' : 'does'} not render, before or after the changes`,
    recovers: `${subject} would render again`,
    changes: changesOf(subject, many, isUpstream, isAlike === true),
    new: `${subject} would get a rendered configuration`,
    unknown: `${subject} not rendered`,
    unchanged: `${subject}: rendered configuration unchanged`,
  } as const;
  const symbols = {
    breaks: '!',
    rejects: '!',
    rejected: '!',
    broken: '!',
    recovers: '+',
    accepts: '+',
    changes: '~',
    new: '+',
    unknown: '?',
    unchanged: '=',
  } as const;
  const tail = cause === 'this change' || cause === 'unmanaged' ? '' : ` [${cause}]`;
  return {
    symbol: symbols[kind],
    title: `${sentences[kind]}${tail}`,
    names: namesOf(devices),
    reason: reason === undefined ? null : printable(reason),
    diff: diff.map(printable),
  };
}

function changesOf(subject: string, many: boolean, isUpstream: boolean, isAlike: boolean): string {
  if (isUpstream) return `${subject} would render differently on the master (+) than in the lab (-)`;
  if (!many) return `${subject} changes`;
  return isAlike
    ? `${subject} change the same keys, each to its own values (diff of the first)`
    : `${subject} change in the same way`;
}

function namesOf(devices: readonly string[]): string {
  const names = devices.slice(0, mostNames).map(printable).join(', ');
  const more = devices.length - mostNames;
  return more > 0 ? `${names} and ${more} more` : names;
}
