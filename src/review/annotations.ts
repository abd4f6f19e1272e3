import { visible } from '../diagnostics/index.js';
import { shorten } from '../plan/index.js';
import type { Review } from './review.js';

/** A remark at a line of a file, as GitHub shows it next to the change. */
export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly column?: number;
  readonly level: 'failure' | 'warning' | 'notice';
  /** The code of the finding. */
  readonly title: string;
  readonly text: string;
}

const levels = { error: 'failure', warning: 'warning', note: 'notice' } as const;

/** The new findings as annotations. One without a line is at the first. */
export function annotationsOf({ findings }: Pick<Review, 'findings'>): Annotation[] {
  return findings.new.map(({ code, severity, message, place, hint }) => ({
    path: place.file,
    line: place.line ?? 1,
    ...(place.line === undefined || place.column === undefined ? {} : { column: place.column }),
    level: levels[severity],
    title: code,
    text: visible(shorten(hint === undefined ? message : `${message}. ${hint}`, 2_000)),
  }));
}
