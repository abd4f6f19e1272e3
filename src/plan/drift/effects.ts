import { DeviceChecker } from '../../job/index.js';
import type { Change, ObjectKey, ObservedMaster } from '../../model/index.js';
import {
  createReferenceReader,
  fileNameOf,
  reachedFrom,
  userGraphOf,
  type TemplateText,
  type UserGraph,
} from '../../templates/index.js';
import { releaseOf } from '../rendered/release.js';
import { templatesBelow, worldOf, type TemplateTexts, type World } from '../rendered/world.js';
import type { DriftEffect } from './effect.js';

/** A plan. */
interface Changed {
  readonly changes: readonly Change[];
}

export interface EffectsInput {
  readonly plan: Changed;
  readonly observed: ObservedMaster;
  /** Templates that are not objects of the master, as it shows them. `null`: it has none. */
  readonly shown: TemplateTexts;
  /** Templates of the lab's deviceTypeSources. */
  readonly sources: ReadonlyMap<string, TemplateText>;
  /** For all devices together. The effects that are left over are unknown. Default 5 000. */
  readonly budgetMs?: number;
}

/**
 * Renders everything that the drift of each dictionary or template affects, as it is on the master and as it was before
 * the drift.
 * @returns no entry for an unknown effect: a template is not shown, or the time was used up
 */
export function effectsOfDrift(input: EffectsInput): ReadonlyMap<ObjectKey, DriftEffect> {
  const { observed, sources, shown, budgetMs = 5_000 } = input;
  const drifted = undoneDrift(input.plan);
  if (drifted.length === 0) return new Map();
  const end = performance.now() + budgetMs;
  const read = createReferenceReader();
  const below = templatesBelow(observed, sources, shown);
  const checker = new DeviceChecker(releaseOf(observed));
  const [before, after] = [drifted, []].map((changes): View => {
    const world = worldOf(observed, changes, below);
    return { world, graph: userGraphOf([world], read), states: new Map(), checker };
  }) as [View, View];
  return new Map(
    drifted.flatMap((change): [ObjectKey, DriftEffect][] => {
      const effect = effectOf(change, before, after, () => performance.now() > end);
      return effect === null ? [] : [[change.key, effect]];
    }),
  );
}

interface View {
  readonly world: World;
  readonly graph: UserGraph;
  readonly states: Map<string, State>;
  readonly checker: DeviceChecker;
}

/** The configuration that LAVA renders from a dictionary; null: unknown. */
type State = { readonly text: string; readonly isRejected: boolean } | 'unusable' | 'none' | null;

/** The changes that revert the drift of texts. */
export function undoneDrift({ changes }: Changed): readonly Change[] {
  return changes.flatMap(undo);
}

/** A change that reverts the drift of a text. */
function undo(change: Change): Change[] {
  const { object } = change;
  if (object.kind !== 'device' && object.kind !== 'template') return [];
  const name = object.kind === 'device' ? 'dictionary' : 'text';
  const field = change.fields.find((one) => one.field === name && one.cause === 'drift');
  return field === undefined ? [] : [{ ...change, verb: 'update', fields: [field] }];
}

function effectOf(change: Change, before: View, after: View, isLate: () => boolean): DriftEffect | null {
  const file = fileNameOf(change.object.name);
  const reached = new Set(
    [before, after].flatMap(({ graph }) => [...reachedFrom([file, ...graph.open], graph.users).keys()]),
  );
  const hostnames = [...before.world.dictionaries.keys()].filter((name) => reached.has(fileNameOf(name)));
  let effect: DriftEffect | null = isSameButComments(change) ? 'nothing' : 'hidden';
  if (change.object.kind === 'template' && hostnames.length === 0) effect = 'nothing';
  for (const hostname of hostnames) {
    if (isLate()) return effect === 'changes' ? effect : null;
    const [old, now] = [stateIn(before, hostname), stateIn(after, hostname)];
    if (old === null || now === null) effect = null;
    else if (typeof old === 'object' && typeof now === 'string') return 'breaks';
    else if (isAccepted(old) && !isAccepted(now)) return 'rejects';
    else if (effect !== null && !isSame(old, now)) effect = 'changes';
  }
  return effect;
}

function isAccepted(state: State): boolean {
  return typeof state === 'object' && state !== null && !state.isRejected;
}

function isSame(a: State, b: State): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a?.text === b?.text : a === b;
}

function stateIn(view: View, hostname: string): State {
  const known = view.states.get(hostname);
  if (known !== undefined) return known;
  const state = renderIn(view, hostname);
  view.states.set(hostname, state);
  return state;
}

function renderIn({ world, graph, checker }: View, hostname: string): State {
  if (!world.dictionaries.has(hostname)) return 'none';
  if (graph.lacking.has(fileNameOf(hostname))) return null;
  const outcome = world.render(hostname);
  if (outcome.state === 'fails') return outcome.isNotFound && graph.open.size > 0 ? null : 'unusable';
  if (outcome.state === 'none') return 'none';
  const text = outcome.lines.join('\n');
  const { kind } = checker.check(text);
  return kind === 'accepted' || kind === 'rejected' ? { text, isRejected: kind === 'rejected' } : 'unusable';
}

function isSameButComments({ fields }: Change): boolean {
  const [before, after] = [fields[0]?.before, fields[0]?.after];
  return typeof before === 'string' && typeof after === 'string' && sayingOf(before) === sayingOf(after);
}

/** Runs in linear time, because the text of a master may be hostile. */
function sayingOf(text: string): string {
  let rest = '';
  for (let at = 0; ;) {
    const start = text.indexOf('{#', at);
    const end = start < 0 ? -1 : text.indexOf('#}', start + 2);
    rest += text.slice(at, end < 0 ? undefined : start);
    if (end < 0) break;
    at = end + 2;
  }
  return rest
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
