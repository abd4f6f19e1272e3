import type { Cause, Change, ObservedMaster, ReleaseNumber } from '../../model/index.js';
import { isWrite } from '../changes.js';
import { compareOutcomes, type Known } from './compare-outcomes.js';
import type { RenderedDifference } from './difference.js';
import {
  createReferenceReader,
  fileNameOf,
  findTemplate,
  reachedFrom,
  userGraphOf,
  type ReferenceReader,
  type TemplateText,
  type UserGraph,
} from '../../templates/index.js';
import { groupVerdicts, type DeviceVerdict } from './group.js';
import { createLineComparer } from './line-change.js';
import { releaseOf } from './release.js';
import { rejectionsBy, type WhyRejected } from './why-rejected.js';
import { templatesBelow, worldOf, type TemplateTexts, type World } from './world.js';

export interface RenderedInput {
  readonly changes: readonly Change[];
  readonly observed: ObservedMaster;
  /** Templates that are not objects of the master, as it shows them: packaged ones. `null`: it has none. */
  readonly shown: TemplateTexts;
  /** Templates of the lab's deviceTypeSources: the best known copy of those that a stock LAVA does not show. */
  readonly sources: ReadonlyMap<string, TemplateText>;
  /** The release for which the lab was checked. Default: the one of the master. */
  readonly checkedFor?: ReleaseNumber;
  /** Passed to each function for the same texts, it reads each of them once. */
  readonly read?: ReferenceReader;
  /** For all devices together. Devices that are left over are `unknown`. Default 10 000. */
  readonly budgetMs?: number;
  /** The configurations after the changes are known to be valid, so none is checked. Default: false. */
  readonly isValid?: boolean;
  /** Milliseconds. */
  readonly clock?: () => number;
  /** Called for each device that the changes affect, with its lines; null: it has no configuration, or none is known. */
  readonly onCompared?: (
    hostname: string,
    before: readonly string[] | null,
    after: readonly string[] | null,
  ) => void;
}

/** The most significant first. */
const causesByWeight: readonly Cause[] = ['this change', 'upstream', 'unmanaged', 'drift'];

/**
 * Compares what each device renders to on the master now with what it would render to after the changes. Covers all
 * devices that the changes affect (through their dictionary or any template that they use), including devices that the
 * lab does not name. In addition, with the cause `upstream`: devices that would render differently on the master than
 * in the lab, because a template that lavaflow does not write differs between them. If the master runs another release
 * than the one for which the lab was checked, also every device that this release rejects.
 *
 * Each device is in one entry, and may be in one more with the cause `upstream`. The time is proportional to the number
 * of devices, and limited to about `budgetMs`, whatever the templates do.
 */
export function renderedDifferences(input: RenderedInput): RenderedDifference[] {
  const { observed, changes } = input;
  const clock = input.clock ?? (() => performance.now());
  const end = clock() + (input.budgetMs ?? 10_000);
  const read = input.read ?? createReferenceReader();
  const below = templatesBelow(observed, input.sources, input.shown);
  const view = (world: World): View => ({
    world,
    graph: userGraphOf([world], read),
    isLate: () => clock() > end,
  });
  const before = view(worldOf(observed, [], below));
  const after = view(worldOf(observed, changes, below));
  const release = releaseOf(observed);
  const whyRejected = input.isValid === true ? () => null : rejectionsBy(release);
  const causes = causesOf(changes, before, after);
  const verdicts = compareAll(before, after, causes, whyRejected, input.onCompared);
  const isOther = input.checkedFor !== undefined && input.checkedFor !== release;
  const rejected = isOther ? allRejected(after, new Set(causes.keys()), whyRejected) : [];

  const moved = movedBelow(input, below, after.world);
  if (moved.length === 0) return groupVerdicts([...verdicts, ...rejected]);
  const lab = view(worldOf(observed, changes, new Map([...below, ...input.sources])));
  const touched = new Map<string, Cause>();
  for (const name of touchedBy(moved, [lab, after])) touched.set(name, 'upstream');
  const upstream = compareAll(lab, after, touched, whyRejected).filter(
    ({ kind }) => kind === 'changes' || kind === 'breaks' || kind === 'rejects',
  );
  return [...groupVerdicts([...verdicts, ...rejected]), ...groupVerdicts(upstream)];
}

/**
 * Whether a plan can have an effect on rendered configurations: if not, nothing needs to be read or rendered for
 * `renderedDifferences`, which would be empty.
 */
export function affectsRendering({
  changes,
  observed,
  sources,
  checkedFor,
}: Omit<RenderedInput, 'shown'>): boolean {
  const isOther = checkedFor !== undefined && checkedFor !== releaseOf(observed);
  return isOther || sources.size > 0 || changes.some((change) => changedFile(change).length > 0);
}

/** Devices that LAVA rejects although no change affects them. */
function allRejected(after: View, affected: ReadonlySet<string>, whyRejected: WhyRejected): DeviceVerdict[] {
  return [...after.world.dictionaries.keys()].sort().flatMap((hostname): DeviceVerdict[] => {
    if (affected.has(fileNameOf(hostname))) return [];
    const outcome = outcomeIn(after, hostname);
    const reason = outcome.state === 'rendered' ? whyRejected(outcome.lines) : null;
    return reason === null ? [] : [{ kind: 'rejected', reason, hostname, cause: 'upstream' }];
  });
}

/** Templates that dictionaries need and that are not known here. The master has to be asked for them. */
export function unknownTemplates(input: Omit<RenderedInput, 'sources'>): ReadonlySet<string> {
  const read = input.read ?? createReferenceReader();
  const worlds = [[], input.changes].map((changes) => worldOf(input.observed, changes, input.shown));
  return new Set(worlds.flatMap((world) => [...userGraphOf([world], read).missing]));
}

interface View {
  readonly world: World;
  readonly graph: UserGraph;
  readonly isLate: () => boolean;
}

/** Names of source templates that have a different text on the master, or do not exist there. */
function movedBelow({ sources }: RenderedInput, below: TemplateTexts, { ownTemplates }: World): string[] {
  return [...sources].flatMap(([name, { text }]) => {
    const there = below.get(name);
    const isSame = there !== undefined && there !== null && there.text === text;
    const own = findTemplate<string>(name, { dictionaries: new Map(), templates: ownTemplates });
    return isSame || own !== undefined ? [] : [name];
  });
}

/** File names of the dictionaries and templates that the changes affect, each with its most significant cause. */
function causesOf(changes: readonly Change[], before: View, after: View): Map<string, Cause> {
  const causes = new Map<string, Cause>();
  for (const cause of causesByWeight) {
    const names = changes.flatMap((change) => (change.cause === cause ? changedFile(change) : []));
    for (const name of touchedBy(names, [before, after])) if (!causes.has(name)) causes.set(name, cause);
  }
  return causes;
}

function changedFile({ object, verb, fields }: Change): string[] {
  if (!isWrite(verb) || (object.kind !== 'device' && object.kind !== 'template')) return [];
  const isDevice = object.kind === 'device';
  // A dictionary is rendered with the type of its device.
  const rendered = isDevice ? ['dictionary', 'deviceType'] : ['text'];
  const isTouched =
    fields.some((change) => rendered.includes(change.field)) || (verb === 'delete' && !isDevice);
  return isTouched ? [fileNameOf(object.name)] : [];
}

/** Everything that uses one of these files. Files that compute the names of their templates may use them, too. */
function touchedBy(names: readonly string[], views: readonly View[]): Set<string> {
  if (names.length === 0) return new Set();
  return new Set(
    views.flatMap(({ graph }) => [...reachedFrom([...names, ...graph.open], graph.users).keys()]),
  );
}

function compareAll(
  before: View,
  after: View,
  causes: ReadonlyMap<string, Cause>,
  whyRejected: WhyRejected,
  onCompared?: RenderedInput['onCompared'],
): DeviceVerdict[] {
  const hostnames = new Set([...before.world.dictionaries.keys(), ...after.world.dictionaries.keys()]);
  const verdicts: DeviceVerdict[] = [];
  const compareLines = createLineComparer();
  for (const hostname of [...hostnames].sort()) {
    const cause = causes.get(fileNameOf(hostname));
    if (cause === undefined) continue;
    const [old, now] = [outcomeIn(before, hostname), outcomeIn(after, hostname)];
    onCompared?.(hostname, linesIn(old), linesIn(now));
    const verdict = compareOutcomes(hostname, old, now, compareLines, whyRejected);
    if (verdict !== null) verdicts.push({ ...verdict, hostname, cause });
  }
  return verdicts;
}

function linesIn(outcome: Known): readonly string[] | null {
  return outcome.state === 'rendered' ? outcome.lines : null;
}

function outcomeIn({ world, graph, isLate }: View, hostname: string): Known {
  if (!world.dictionaries.has(hostname)) return { state: 'none' };
  const missing = graph.lacking.get(fileNameOf(hostname));
  if (missing !== undefined) return { state: 'unknown', reason: `template ${missing} is not available here` };
  if (isLate()) return { state: 'unknown', reason: 'rendering all devices took too long' };
  const outcome = world.render(hostname);
  const isOpen = outcome.state === 'fails' && outcome.isNotFound && graph.open.size > 0;
  return isOpen
    ? { state: 'unknown', reason: `a template is not available here: ${outcome.problem}` }
    : outcome;
}
