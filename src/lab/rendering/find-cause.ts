import type { Place } from '../../diagnostics/index.js';
import type { Explanation } from '../../jinja/index.js';
import {
  attempt,
  type ChainFacts,
  fileNameOf,
  namesPrintedOn,
  type Namespace,
  renderingContext,
} from '../../templates/index.js';
import { placeAt, placeOfLine } from '../place.js';
import { createTrials, type Trials } from './cause-trials.js';
import type { EnvironmentOf } from './environments.js';
import type { DeviceProblem, TemplateLine } from './device-problem.js';

/** Where a problem can be fixed in the lab. */
export interface Cause {
  readonly place: Place;
  /** The variable that is set there, if it is a `set`. */
  readonly variable?: string;
  /** The text that the variable is set to, if it is a string. */
  readonly literal?: string;
  /** The template line that printed the value, if it is elsewhere. */
  readonly printedBy?: TemplateLine;
}

export interface CauseInput {
  readonly namespace: Namespace;
  /** Files of the lab. */
  readonly own: ReadonlySet<string>;
  readonly facts: ChainFacts;
  readonly environmentOf: EnvironmentOf;
}

/** A variable that a file of the lab sets. */
export interface Candidate {
  readonly file: string;
  readonly name: string;
  /** Index of the name in the text of the file. */
  readonly at: number;
}

/**
 * Finds the causes of problems in rendered configurations: the `set` of a file of the lab without which the problem does
 * not occur. First, variables that the template line prints; then, of all others, the one that affects the fewest lines.
 * If there is none, it is the line that printed the value, if it is in the lab, or the dictionary's `extends`.
 */
export function createCauseFinder(input: CauseInput): (problem: DeviceProblem) => Cause {
  const textOf = new Map<string, string>();
  for (const { path, text } of input.namespace.values()) if (text !== null) textOf.set(path, text);
  const trials = createTrials(input.namespace);

  return (found) => {
    const printed = trials.areLeft() ? printedAt(found, input) : undefined;
    const set = findSet(found, printed, input, textOf, trials);
    if (set !== undefined) {
      const text = textOf.get(set.file) ?? '';
      const [, , literal] = /^\w+\s*=\s*(['"])([^'"\n]*)\1/.exec(text.slice(set.at, set.at + 500)) ?? [];
      const cause = causeAt(placeAt(set.file, text, set.at), printed, set.name);
      return literal === undefined ? cause : { ...cause, literal };
    }
    const placeOfOwn = ({ file, line }: TemplateLine) => placeOfLine(file, textOf.get(file) ?? '', line);
    if (printed !== undefined && input.own.has(printed.file)) return { place: placeOfOwn(printed) };
    const before = found.problem.line === undefined ? undefined : lastOwnLine(found, input);
    if (before !== undefined) return causeAt(placeOfOwn(before), printed);
    return causeAt(extendsPlace(found, input, textOf.get(found.file) ?? ''), printed);
  };
}

function causeAt(place: Place, printed: TemplateLine | undefined, variable?: string): Cause {
  const isElsewhere = printed !== undefined && (printed.file !== place.file || printed.line !== place.line);
  return {
    place,
    ...(variable === undefined ? {} : { variable }),
    ...(isElsewhere ? { printedBy: printed } : {}),
  };
}

/** The template line that printed the value. Undefined if it is not known. */
function printedAt(found: DeviceProblem, input: CauseInput): TemplateLine | undefined {
  const explanation = explain(found, input);
  if (explanation === undefined) return undefined;
  const { at, line: number } = found.problem;
  let line = number === undefined ? undefined : explanation.lines[number - 1];
  for (let end = at.length; end > 0 && line === undefined; end--) {
    line = explanation.keys.get(at.slice(0, end).join('.'));
  }
  return line === undefined || line.file === '' ? undefined : { file: line.file, line: line.line };
}

/** YAML notices some mistakes, such as text that is not a key, only in a later line. */
function lastOwnLine(found: DeviceProblem, input: CauseInput): TemplateLine | undefined {
  const { lines = [] } = explain(found, input) ?? {};
  const own = lines
    .slice(0, found.problem.line)
    .findLast(({ text, file }) => input.own.has(file) && /^\s*[^\s#]/.test(text));
  return own === undefined ? undefined : { file: own.file, line: own.line };
}

function explain(
  { device, deviceType, problem }: DeviceProblem,
  { environmentOf }: CauseInput,
): Explanation | undefined {
  const [release] = problem.releases;
  if (release === undefined) return undefined;
  const context = renderingContext({ hostname: device, deviceType }, release);
  // Tracing needs more of the time limit than rendering.
  const explained = attempt(() => environmentOf(release).explain(fileNameOf(device), context));
  return explained.ok ? explained.value : undefined;
}

function findSet(
  found: DeviceProblem,
  printed: TemplateLine | undefined,
  input: CauseInput,
  textOf: ReadonlyMap<string, string>,
  trials: Trials,
): Candidate | undefined {
  const text = printed === undefined ? undefined : textOf.get(printed.file);
  const names = text === undefined || printed === undefined ? [] : namesPrintedOn(text, printed.line);
  const all = candidatesFor(found, input);
  for (const name of names) {
    const own = all.find((one) => one.name === name);
    if (own !== undefined && trials.linesAffected(own, found, printed) !== null) return own;
  }
  let best: { readonly candidate: Candidate; readonly lines: number } | undefined;
  for (const candidate of all) {
    if (names.includes(candidate.name)) continue;
    const lines = trials.linesAffected(candidate, found, printed);
    if (lines !== null && (best === undefined || lines < best.lines)) best = { candidate, lines };
  }
  return best?.candidate;
}

/** Variables that the lab sets for the device, those of the dictionary first; of several `set`s of one file, the last. */
export function candidatesFor(
  { file, chain }: Pick<DeviceProblem, 'file' | 'chain'>,
  { own, facts }: Pick<CauseInput, 'own' | 'facts'>,
): Candidate[] {
  const files = [file, ...[...chain.files].filter((one) => one !== file && own.has(one))];
  return files.flatMap((one) => {
    const sets = new Map((facts.of(one)?.sets ?? []).map((set) => [set.name, set]));
    sets.delete('sync_to_lava');
    return [...sets.values()].map(({ name, at }) => ({ file: one, name, at }));
  });
}

function extendsPlace({ file }: DeviceProblem, { facts }: CauseInput, text: string): Place {
  const at = facts.of(file)?.references.find(({ kind }) => kind === 'extends')?.at;
  return at === undefined ? { file, line: 1, column: 1 } : placeAt(file, text, at);
}
