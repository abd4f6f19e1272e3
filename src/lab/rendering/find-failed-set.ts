import type { Place } from '../../diagnostics/index.js';
import type { TemplateError } from '../../jinja/index.js';
import type { ReleaseNumber } from '../../model/index.js';
import { namesPrintedOn } from '../../templates/index.js';
import { placeAt } from '../place.js';
import { createTrials, type Trials } from './cause-trials.js';
import type { DeviceProblem } from './device-problem.js';
import { candidatesFor, type Candidate, type CauseInput } from './find-cause.js';

/** A dictionary that does not render. */
export interface Failure extends Pick<DeviceProblem, 'device' | 'file' | 'deviceType' | 'chain'> {
  /** The text of the dictionary. */
  readonly text: string;
  readonly releases: readonly ReleaseNumber[];
  readonly error: TemplateError;
}

/** The `set` of a file of the lab without which a dictionary renders. */
export interface FailedSet {
  readonly place: Place;
  readonly variable: string;
}

/**
 * Finds the `set` of the lab that a template cannot use: first, those that the failing line names; then the others. A
 * dictionary that fails otherwise at the same line without it is a weaker sign.
 */
export function createFailedSetFinder(
  input: Pick<CauseInput, 'namespace' | 'own' | 'facts'>,
): (failure: Failure) => FailedSet | undefined {
  const textOf = new Map<string, string>();
  for (const { path, text } of input.namespace.values()) if (text !== null) textOf.set(path, text);
  const trials = createTrials(input.namespace);

  return (failure) => {
    const release = failure.releases.find((one) => isSame(trials.failureOf(null, failure, one), failure));
    if (release === undefined) return undefined;
    const { file, line } = failure.error;
    const template = textOf.get(file) ?? '';
    const all = candidatesFor(failure, input);
    const on = (steps?: number) =>
      namesPrintedOn(template, line, steps).flatMap((name) => all.filter((one) => one.name === name));
    // A name on the failing line itself is the likely one, then those from which the line is computed.
    const set =
      findSet(on(0), failure, release, trials) ??
      findSet([...new Set([...on(), ...all])], failure, release, trials);
    if (set === undefined) return undefined;
    return { place: placeAt(set.file, textOf.get(set.file) ?? '', set.at), variable: set.name };
  };
}

function findSet(
  candidates: readonly Candidate[],
  failure: Failure,
  release: ReleaseNumber,
  trials: Trials,
): Candidate | undefined {
  let weak: Candidate | undefined;
  for (const candidate of candidates) {
    const left = trials.failureOf(candidate, failure, release);
    if (left === null) return candidate;
    const isHere = left?.file === failure.error.file && left.line === failure.error.line;
    if (isHere && left.message !== failure.error.message) weak ??= candidate;
  }
  return weak;
}

function isSame(found: TemplateError | null | undefined, { error }: Failure): boolean {
  return found?.file === error.file && found.line === error.line;
}
