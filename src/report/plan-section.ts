/** The part of a review's comment that needs the master: limits, drift that the change did not cause, and the reviewed plan. */
import { markdownCode as code, markdownText as plain, maskSecrets } from '../diagnostics/index.js';
import {
  describeAlike,
  driftOf,
  fit,
  groupAlike,
  pendingChanges,
  shorten,
  type Plan,
} from '../plan/index.js';
import { encodeName, planLine, reviewedPlanOf } from './reviewed-plan.js';

const longestRemarks = 6_000;
const longestDrift = 6_000;

/**
 * @param head the head of the pull request
 * @param secrets masked
 */
export function planSection(plan: Plan, head: string, secrets: readonly string[]): string {
  const { master, fingerprint } = plan;
  const shown = (text: string) => plain(shorten(maskSecrets(text, secrets), 400));
  const objects = new Set(pendingChanges(plan).map(({ key }) => key)).size;
  const remarks = fit(
    plan.remarks.map((text) => `- ${shown(text)}`),
    longestRemarks,
  );
  const drifted = groupAlike(driftOf(plan)).map((group) => {
    const { what, names } = describeAlike(group);
    const fields = (group[0]?.fields ?? []).map(({ field }) => field).join(', ');
    return `- ${shown(`${what}${names === null ? '' : `: ${names}`}${fields === '' ? '' : ` (${fields})`}`)}`;
  });
  const drift = fit(drifted, longestDrift);
  const count = new Set(driftOf(plan).map(({ key }) => key)).size;
  return [
    planLine(master, head, reviewedPlanOf(plan)),
    `#### Plan for ${code(shorten(master, 100))}`,
    '',
    `An apply would change ${objects} ${objects === 1 ? 'object' : 'objects'}. Fingerprint: ${code(fingerprint.slice(0, 12))}`,
    '',
    ...remarks.kept,
    ...(remarks.left === 0 ? [] : [`- ${remarks.left} more remarks are on the page of the run`]),
    ...(count === 0
      ? []
      : [
          '',
          `<details><summary>${count} ${count === 1 ? 'object' : 'objects'} drifted, which this change did not cause</summary>`,
          '',
          ...drift.kept,
          ...(drift.left === 0 ? [] : [`- ${drift.left} more are on the page of the run`]),
          '',
          '</details>',
        ]),
    endLine(master),
  ].join('\n');
}

const startPattern = /^<!-- lavaflow reviewed (\S+) ([0-9a-f]{40}|[0-9a-f]{64}) \S+ -->$/;

function endLine(master: string): string {
  return `<!-- lavaflow end of ${encodeName(master)} -->`;
}

interface FoundSection {
  /** The master, encoded. */
  readonly master: string;
  readonly head: string;
  readonly lines: readonly string[];
}

/** The sections of a comment, and its other lines. Text of a change cannot be at the start of a line in it. */
function takeApart(comment: string): {
  readonly rest: readonly string[];
  readonly sections: readonly FoundSection[];
} {
  const rest: string[] = [];
  const sections: FoundSection[] = [];
  const lines = comment.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [, master = '', head = ''] = startPattern.exec(line) ?? [];
    const end = master === '' ? -1 : lines.indexOf(`<!-- lavaflow end of ${master} -->`, at);
    if (end < 0) rest.push(line);
    else {
      sections.push({ master, head, lines: lines.slice(at, end + 1) });
      at = end;
    }
  }
  return { rest, sections };
}

/** The comment with this section in the place of an earlier one about the same master. */
export function withPlanSection(comment: string, section: string): string {
  const added = takeApart(section).sections;
  const { rest, sections } = takeApart(comment);
  const others = sections.filter(({ master }) => !added.some((one) => one.master === master));
  return putTogether(rest, [...others, ...added]);
}

/** The sections of a comment about this head, one text. A new review of the same head keeps them. */
export function planSectionsOf(comment: string, head: string): string {
  const { sections } = takeApart(comment);
  return sections
    .filter((one) => one.head === head)
    .map(({ lines }) => lines.join('\n'))
    .join('\n');
}

/** After what the change does, before what was not checked. */
function putTogether(rest: readonly string[], sections: readonly FoundSection[]): string {
  const at = rest.indexOf('#### Not checked');
  const place = at < 0 ? rest.length : at;
  const before = rest.slice(0, place).join('\n').trimEnd();
  const after = rest.slice(place).join('\n').trimEnd();
  const sorted = [...sections].sort((one, other) => (one.master < other.master ? -1 : 1));
  const parts = [before, ...sorted.map(({ lines }) => lines.join('\n')), after];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
