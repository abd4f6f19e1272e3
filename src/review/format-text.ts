import { formatFindings, printable } from '../diagnostics/index.js';
import { viewRendered } from '../plan/index.js';
import { verbs } from '../model/index.js';
import { count, nameOf } from './make-review.js';
import type { Approval, MasterEffect, Review, ReviewedChange } from './review.js';

const mostNames = 10;

/** A review for a terminal. Long lists are counted; JSON has all of it. */
export function formatReviewText(review: Review): string {
  const { base, head, rulesFrom, verdict, approvals, findings, masters, rules, notChecked } = review;
  const from = rulesFrom === base ? '' : `, by the rules of ${rulesFrom.slice(0, 12)}`;
  const lines = [
    `review of ${head.slice(0, 12)} against ${base.slice(0, 12)}${from}`,
    printable(verdict.text),
    ...section('to be approved by', approvals.flatMap(approvalLines)),
    ...section('changes to the rules', rules.map(printable)),
    ...section(
      `new findings (${findings.existing.length} more are in the base)`,
      formatFindings(findings.new, 'text').split('\n').slice(0, -1),
    ),
    ...masters.flatMap((effect) =>
      section(`effect on ${printable(effect.master)}`, effectLines(effect, sameRendering(effect, masters))),
    ),
    ...section('not checked', notChecked.map(printable)),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function approvalLines(approval: Approval): string[] {
  return [
    nameOf(approval),
    ...approval.reasons.map(({ why, what }) => `  ${printable(why)}: ${namesOf(what)}`),
  ].map((line) => printable(line));
}

/** `a, b and 3 more`. */
export function namesOf(names: readonly string[], most = mostNames): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** An earlier master on which the same devices change in the same way; null: there is none. */
export function sameRendering(effect: MasterEffect, masters: readonly MasterEffect[]): string | null {
  if (effect.rendered.length === 0) return null;
  const text = JSON.stringify(effect.rendered);
  const first = masters.find(({ rendered }) => JSON.stringify(rendered) === text);
  return first === undefined || first === effect ? null : first.master;
}

/** @param same the master on which the same devices change in the same way */
function effectLines({ changes, rendered }: MasterEffect, same: string | null): string[] {
  if (changes.length === 0 && rendered.length === 0) return ['nothing changes'];
  return [
    ...groupChanges(changes).map(printable),
    ...(same === null ? [] : [`the configurations of devices change as on ${printable(same)}`]),
    ...(same === null ? rendered : []).flatMap((difference) => {
      const { symbol, title, names, reason, diff } = viewRendered(difference);
      return [
        `${symbol} ${title}: ${names}`,
        ...(reason === null ? [] : [`    ${reason}`]),
        ...diff.map((line) => `    ${line}`),
      ];
    }),
  ];
}

/** One line for the objects of a kind to which the same is done. */
export function groupChanges(changes: readonly ReviewedChange[]): string[] {
  const groups = new Map<string, ReviewedChange[]>();
  for (const change of changes) {
    const kind = change.key.slice(0, change.key.indexOf('/'));
    const id = JSON.stringify([verbs.indexOf(change.verb), kind, change.fields, change.reason ?? '']);
    groups.set(id, [...(groups.get(id) ?? []), change]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    if (first === undefined) return '';
    const { key, verb, fields, reason } = first;
    const kind = key.slice(0, key.indexOf('/'));
    const names = group.map((one) => one.key.slice(kind.length + 1));
    const what = group.length === 1 ? key : `${count(group.length, kind)}: ${namesOf(names)}`;
    const of = fields.length === 0 ? '' : ` (${fields.join(', ')})`;
    return `${verb} ${what}${of}${reason === undefined ? '' : `: ${reason}`}`;
  });
}
