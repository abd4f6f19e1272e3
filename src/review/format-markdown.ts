import { foldedDiff, markdownCode as code, markdownText as plain } from '../diagnostics/index.js';
import type { Finding } from '../diagnostics/index.js';
import {
  cutLines,
  fit,
  shorten,
  shortRevision,
  viewRendered,
  type RenderedDifference,
} from '../plan/index.js';
import { conflictText, groupChanges, namesOf, sameRenderings, shownFindings } from './format-text.js';
import { nameOf } from './make-review.js';
import type { Approval, MasterEffect, Review } from './review.js';

/** The first line of a comment, by which it is found again. Text of a change never starts a comment. */
const reviewMarker = '<!-- lavaflow review -->';

/** What GitHub accepts in one comment. */
const longestComment = 65_536;
/** For titles and the list of what was left out. */
const reserve = 3_000;
const maxDiffLines = 40;
const maxLineLength = 200;

/** A part of a comment. */
interface Part {
  readonly title: string;
  readonly blocks: readonly string[];
  /** The parts with the lowest rank get space first: */
  readonly rank: number;
  /** this share of what is left. */
  readonly share: number;
  /** What the blocks are, for readers. */
  readonly names: string;
}

export interface MarkdownOptions {
  /** Characters; at least 10,000. */
  readonly maxLength?: number;
  /** Shown below the verdict. */
  readonly note?: string;
  /** Replaces the first line, an HTML comment. */
  readonly marker?: string;
}

/**
 * A review as a comment for GitHub. What does not fit is left out, the least important parts first, and counted.
 * Everything that comes from the change is escaped.
 */
export function formatReviewMarkdown(review: Review, options: MarkdownOptions = {}): string {
  const { base, head, verdict } = review;
  const lines = [
    options.marker ?? reviewMarker,
    `### Review of ${code(shortRevision(head))} against ${code(shortRevision(base))}`,
    '',
    `**${plain(shorten(verdict.text, 300))}**`,
    ...(options.note === undefined ? [] : ['', `> ${plain(options.note)}`]),
  ];
  let room = (options.maxLength ?? longestComment) - lines.join('\n').length - reserve;
  const left = new Map<string, number>();
  const parts = partsOf(review).filter(({ blocks }) => blocks.length > 0);
  const sections = new Map<Part, readonly string[]>();
  for (const part of [...parts].sort((one, other) => one.rank - other.rank)) {
    const { title, blocks, share, names } = part;
    const heading = ['', `#### ${title}`, ''];
    const taken = heading.join('\n').length + 2;
    const fitted = fit(blocks, (room - taken) * share);
    if (fitted.left > 0) left.set(names, (left.get(names) ?? 0) + fitted.left);
    if (fitted.kept.length === 0) continue;
    room -= fitted.length + taken;
    sections.set(part, [...heading, ...fitted.kept]);
  }
  for (const part of parts) lines.push(...(sections.get(part) ?? []));
  if (left.size > 0) {
    const what = [...left].map(([names, number]) => `${number} ${names}`).join(', ');
    lines.push('', `_Left out because a comment has a limited length: ${what}. JSON has all of it._`);
  }
  return `${lines.join('\n')}\n`;
}

function partsOf(review: Review): Part[] {
  const { approvals, rules, conflicts, masters, notChecked } = review;
  const same = sameRenderings(masters);
  return [
    {
      title: 'To be approved by',
      blocks: approvals.flatMap(approvalBlocks),
      rank: 0,
      share: 0.3,
      names: 'reasons',
    },
    {
      title: 'Changes to the rules',
      blocks: rules.map((text) => `- ${code(shorten(text, 300))}`),
      rank: 2,
      share: 0.2,
      names: 'changed rules',
    },
    {
      title: 'New findings',
      blocks: shownFindings(review).map(findingBlock),
      rank: 3,
      share: 0.4,
      names: 'findings',
    },
    {
      title: 'Physical conflicts',
      blocks: conflicts.map((conflict) => `- ${code(shorten(conflictText(conflict), 400))}`),
      rank: 3,
      share: 0.4,
      names: 'physical conflicts',
    },
    ...masters.flatMap((effect) => effectParts(effect, same.get(effect) ?? null)),
    {
      title: 'Not checked',
      blocks: notChecked.map((text) => `- ${plain(shorten(text, 300))}`),
      rank: 1,
      share: 0.1,
      names: 'remarks',
    },
  ];
}

function approvalBlocks(approval: Approval): string[] {
  return [
    `- ${code(shorten(nameOf(approval), 300))}${agreement(approval)}`,
    ...approval.reasons.map(
      ({ why, what }) => `  - ${plain(shorten(why, 200))}: ${code(shorten(namesOf(what), 400))}`,
    ),
  ];
}

function agreement({ agreed }: Approval): string {
  if (agreed === undefined) return '';
  return agreed.as === 'author'
    ? ` – ✓ ${code(agreed.by)} is the author`
    : ` – ✓ approved by ${code(agreed.by)}`;
}

function findingBlock({ severity, message, place, hint }: Finding): string {
  const at = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
  const advice = hint === undefined ? '' : `. ${plain(shorten(hint, 300))}`;
  return `- ${severity} ${code(shorten(at, 200))}: ${plain(shorten(message, 300))}${advice}`;
}

function effectParts(effect: MasterEffect, same: string | null): Part[] {
  const { master, changes, rendered } = effect;
  const title = `Effect on ${code(master)}`;
  if (changes.length === 0 && rendered.length === 0)
    return [{ title, blocks: ['Nothing changes.'], rank: 4, share: 1, names: 'masters' }];
  const shown = same === null ? rendered.map(renderingBlock) : [`As on ${code(same)}.`];
  return [
    {
      title,
      blocks: groupChanges(changes).map((line) => `- ${code(shorten(line, 400))}`),
      rank: 4,
      share: 0.4,
      names: 'changes',
    },
    {
      title: `Rendered configurations on ${code(master)}`,
      blocks: rendered.length === 0 ? [] : shown,
      rank: 4,
      share: 0.9,
      names: 'rendered differences',
    },
  ];
}

function renderingBlock(difference: RenderedDifference): string {
  const { symbol, title, names, reason, diff } = viewRendered(difference);
  const why = reason === null ? '' : `<br>${code(shorten(reason, 300))}`;
  const what = `${plain(title)}: ${code(shorten(names, 400))}${why}`;
  const summary = symbol === '!' ? `⚠ <b>${what}</b>` : what;
  if (diff.length === 0) return `${summary}\n`;
  const lines = cutLines(diff, maxDiffLines).map((line) => shorten(line, maxLineLength));
  return foldedDiff(summary, lines.join('\n'));
}
