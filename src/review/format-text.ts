import { formatFindings, printable, type Finding } from '../diagnostics/index.js';
import type { PhysicalConflict } from './conflicts.js';
import { describeAlike, shortRevision, viewRendered } from '../plan/index.js';
import { verbs } from '../model/index.js';
import { nameOf } from './make-review.js';
import type { Approval, MasterEffect, Review, ReviewedChange } from './review.js';

const mostNames = 10;

/** A review for a terminal. Long lists are counted; JSON has all of it. */
export function formatReviewText(review: Review): string {
  const { base, head, rulesFrom, verdict, approvals, conflicts, findings, masters, rules, notChecked } =
    review;
  const from = rulesFrom === base ? '' : `, by the rules of ${shortRevision(rulesFrom)}`;
  const same = sameRenderings(masters);
  const lines = [
    `review of ${shortRevision(head)} against ${shortRevision(base)}${from}`,
    printable(verdict.text),
    ...section('to be approved by', approvals.flatMap(approvalLines)),
    ...section('changes to the rules', rules.map(printable)),
    ...section(
      `new findings (${findings.existing.length} more are in the base)`,
      formatFindings(shownFindings(review), 'text').split('\n').slice(0, -1),
    ),
    ...section('physical conflicts', conflicts.map(conflictText).map(printable)),
    ...masters.flatMap((effect) =>
      section(`effect on ${printable(effect.master)}`, effectLines(effect, same.get(effect) ?? null)),
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
    `${nameOf(approval)}${agreementText(approval)}`,
    ...approval.reasons.map(({ why, what }) => `  ${printable(why)}: ${namesOf(what)}`),
  ].map((line) => printable(line));
}

function agreementText({ agreed }: Approval): string {
  if (agreed === undefined) return '';
  return agreed.as === 'author' ? `: ${agreed.by} is the author` : `: approved by ${agreed.by}`;
}

/** The new findings without those about shared hardware, which are conflicts of this change if they are new. */
export function shownFindings({ findings }: Review): readonly Finding[] {
  return findings.new.filter(({ code }) => code !== 'hardware-shared');
}

/** `a uses the same power outlet as b of #17 (0123456789ab): pdu 3`. */
export function conflictText({ kind, resource, devices, with: rest, other }: PhysicalConflict): string {
  const who = namesOf(devices);
  if (rest.length === 0) return `${who} use the same ${kind}: ${resource}`;
  const where = other === null ? '' : ` of ${other.name} (${shortRevision(other.revision)})`;
  const verb = devices.length === 1 ? 'uses' : 'use';
  return `${who} ${verb} the same ${kind} as ${namesOf(rest)}${where}: ${resource}`;
}

/** `a, b and 3 more`. */
export function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).join(', ');
  return names.length > mostNames ? `${shown} and ${names.length - mostNames} more` : shown;
}

/** By effect: an earlier master on which the same devices change in the same way. */
export function sameRenderings(masters: readonly MasterEffect[]): ReadonlyMap<MasterEffect, string> {
  const firsts = new Map<string, string>();
  const same = new Map<MasterEffect, string>();
  for (const effect of masters) {
    if (effect.rendered.length === 0) continue;
    const text = JSON.stringify(effect.rendered);
    const first = firsts.get(text);
    if (first === undefined) firsts.set(text, effect.master);
    else same.set(effect, first);
  }
  return same;
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
    const { verb, fields, reason } = first;
    const { what, names } = describeAlike(group);
    const of = fields.length === 0 ? '' : ` (${fields.join(', ')})`;
    return `${verb} ${what}${names === null ? '' : `: ${names}`}${of}${reason === undefined ? '' : `: ${reason}`}`;
  });
}
