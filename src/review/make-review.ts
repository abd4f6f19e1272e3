/** Judges a change: who has to approve it, what it does, and what nobody knows about it. */
import { hasErrors, type Finding } from '../diagnostics/index.js';
import type { LabHardware, LabReach, LabRules } from '../lab/index.js';
import type { Lab } from '../model/index.js';
import type { TemplateText } from '../templates/index.js';
import { Approvers } from './approvers.js';
import { findConflicts, type OtherChange, type PhysicalConflict } from './conflicts.js';
import { compareFindings } from './compare-findings.js';
import { Hazards } from './hazards.js';
import { effectOn } from './master-effect.js';
import { approveFiles, approveSharedNames } from './ownership.js';
import type { Approval, ComparedFindings, MasterEffect, Review, ReviewVerdict } from './review.js';

/** A lab at one revision, read under the rules of the base. */
export interface ReviewSide {
  /** Full commit ID. */
  readonly revision: string;
  /** null: it cannot be used, which its findings explain. */
  readonly lab: Lab | null;
  readonly findings: readonly Finding[];
  readonly reach: LabReach;
  readonly hardware: LabHardware;
  /** Templates of deviceTypeSources, by file name. */
  readonly templates: ReadonlyMap<string, TemplateText>;
}

export interface ReviewInput {
  readonly base: ReviewSide;
  readonly head: ReviewSide;
  /** The rules of the tip of the base branch, and its commit. */
  readonly rules: LabRules;
  readonly rulesFrom: string;
  /** Paths of the files that differ, relative to the lab. */
  readonly changedFiles: readonly string[];
  /** Changes to the rules, in words. */
  readonly ruleChanges: readonly string[];
  /** Only the effect on this master is shown. Everything else is about all masters. */
  readonly master?: string | undefined;
  /** Other changes, such as open pull requests, which may need the same hardware. */
  readonly others?: readonly OtherChange[];
  /** What the caller could not find out. */
  readonly notChecked?: readonly string[];
}

export function makeReview(input: ReviewInput): Review {
  const { base, head, rules } = input;
  const hazards = new Hazards(rules.policy.hazards);
  const all = effectsOf(input, hazards);
  const masters = all.filter(({ master }) => input.master === undefined || master === input.master);
  const approvers = new Approvers(rules);
  const sides = { base: base.reach, head: head.reach };
  approveFiles(input.changedFiles, sides, approvers);
  approveSharedNames(sides, approvers);
  const found = hazards.hazards();
  for (const { reason, objects } of found) for (const key of objects) approvers.add(null, reason, key);
  const approvals = approvers.approvals();
  const findings = compareFindings(base.findings, head.findings);
  const conflicts = findConflicts(base.hardware, head.hardware, input.others);
  return {
    base: base.revision,
    rulesFrom: input.rulesFrom,
    head: head.revision,
    verdict: verdictOf({
      approvals,
      findings,
      conflicts,
      masters,
      isChanged: input.changedFiles.length > 0,
    }),
    approvals,
    hazards: found,
    findings,
    conflicts,
    masters,
    rules: input.ruleChanges,
    notChecked: [...(input.notChecked ?? []), ...gapsIn(input)],
  };
}

function effectsOf({ base, head, rules }: ReviewInput, hazards: Hazards): MasterEffect[] {
  if (base.lab === null || head.lab === null) return [];
  const effects: MasterEffect[] = [];
  for (const [name, desired] of [...head.lab.desired].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = base.lab.desired.get(name);
    if (before === undefined) continue;
    const { policy } = rules;
    const { templates, revision } = head;
    const isValid = !hasErrors(head.findings);
    effects.push(effectOn({ base: before, head: desired, policy, templates, revision, isValid }, hazards));
  }
  return effects;
}

function gapsIn({ base, head, changedFiles, master }: ReviewInput): string[] {
  const names = (lab: Lab | null) => [...(lab?.desired.keys() ?? [])].sort();
  const [before, after] = [names(base.lab), names(head.lab)];
  const foreign = changedFiles.length > 0 && head.lab !== null && base.lab !== null;
  return [
    ...(head.lab === null ? ['the effect on the masters: the lab cannot be used with this change'] : []),
    ...(base.lab === null ? ['the effect on the masters: the lab of the base cannot be used'] : []),
    ...(head.lab !== null && hasErrors(head.findings)
      ? ['what depends on files with errors: it is blocked, and stays as it is']
      : []),
    ...(foreign
      ? after
          .filter((name) => !before.includes(name))
          .map((name) => `the master ${name}: the base does not have it`)
      : []),
    ...(foreign
      ? before
          .filter((name) => !after.includes(name))
          .map((name) => `the master ${name}: the head does not have it, or its file has errors`)
      : []),
    ...(master === undefined ? [] : [`other masters than ${master}, as requested`]),
    'the masters themselves: what was changed there by hand, what is not applied yet, and safety limits (lavaflow plan shows it)',
    unknownPeople,
  ];
}

/** What a review without people does not cover. */
export const unknownPeople = 'who the author is, and who approved already';

/** The verdict of the parts of a review. */
export function verdictOf({
  approvals,
  findings,
  conflicts,
  masters,
  isChanged,
}: {
  readonly approvals: readonly Approval[];
  readonly findings: Pick<ComparedFindings, 'new'>;
  readonly conflicts: readonly PhysicalConflict[];
  readonly masters: readonly MasterEffect[];
  readonly isChanged: boolean;
}): ReviewVerdict {
  const errors = findings.new.filter(({ severity }) => severity === 'error').length;
  const wait = describeApprovals(approvals);
  const effect = describeEffect(masters);
  // A conflict is a warning: commands can be read wrongly.
  const physical = conflicts.length === 0 ? '' : `${count(conflicts.length, 'physical conflict')}; `;
  if (errors > 0) return { code: 3, text: `${count(errors, 'new error')}; ${physical}${wait}` };
  if (!isChanged) return { code: 0, text: 'nothing changes' };
  if (approvals.length === 0 && effect === null && physical === '')
    return { code: 0, text: 'no effect on a master, and nobody has to approve it' };
  return { code: 2, text: `${physical}${wait}; ${effect ?? 'no effect on a master'}` };
}

function describeApprovals(approvals: readonly Approval[]): string {
  if (approvals.length === 0) return 'nobody has to approve it';
  const waiting = approvals.filter(({ agreed }) => agreed === undefined);
  return waiting.length === 0
    ? 'all required approvals are there'
    : `to be approved by ${listOf(waiting.map(nameOf))}`;
}

/** `one of @a, @b`; for people. */
export function nameOf({ site, owners }: Approval): string {
  const names = owners.length === 1 ? (owners[0] ?? '') : `one of ${owners.join(', ')}`;
  if (site !== null) return `${names} (site ${site})`;
  return owners.length === 0 ? 'a maintainer' : `${names} (maintainers)`;
}

function describeEffect(masters: readonly MasterEffect[]): string | null {
  const changing = masters.filter(({ changes }) => changes.length > 0);
  const devices = new Set(masters.flatMap(({ rendered }) => rendered.flatMap((one) => one.devices))).size;
  if (changing.length === 0 && devices === 0) return null;
  const objects = new Set(changing.flatMap(({ changes }) => changes.map(({ key }) => key))).size;
  const where = changing.length === 1 ? (changing[0]?.master ?? '') : `${changing.length} masters`;
  const rendered = devices === 0 ? '' : `, and the configuration of ${count(devices, 'device')}`;
  return `changes ${count(objects, 'object')} on ${where}${rendered}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
