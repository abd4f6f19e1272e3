import type { ReleaseNumber } from '../../model/index.js';
import { findCutTexts } from '../../pyyaml/index.js';
import { cutMessage } from '../yaml/cut-message.js';
import { formatProblem, type DeviceVerdict, type JobProblem } from '../../job/index.js';

/**
 * What is wrong with a rendered configuration:
 * - `not-yaml`, `not-a-mapping`: it is not a configuration;
 * - `invalid`: LAVA's schema rejects it;
 * - `console`: LAVA accepts it, although jobs cannot open a console;
 * - `shell`: LAVA accepts it, but runs a command otherwise than a shell would;
 * - `cut`: YAML ends a text at ` #`.
 */
export type RenderedProblemKind = 'not-yaml' | 'not-a-mapping' | 'invalid' | 'console' | 'shell' | 'cut';

export interface RenderedProblem {
  readonly kind: RenderedProblemKind;
  /** The releases of the masters for which this is a problem, sorted. */
  readonly releases: readonly ReleaseNumber[];
  /** The keys and list indexes that lead to it in the configuration. */
  readonly at: readonly (string | number)[];
  /** The line of the rendered text, if the kind is `not-yaml` or `cut`. */
  readonly line?: number;
  readonly message: string;
  readonly hint?: string;
}

/**
 * The texts that YAML cuts off in a rendered configuration.
 * @param dictionary its literal texts are meant as they are, whatever follows a ` #` in them
 */
export function cutTextsIn(
  rendered: string,
  dictionary: string,
  releases: readonly ReleaseNumber[],
): readonly RenderedProblem[] {
  if (!/[^\s][ \t]#/.test(rendered)) return none;
  const literals = [...dictionary.matchAll(/'([^'\n]*[ \t]#[^'\n]*)'|"([^"\n]*[ \t]#[^"\n]*)"/g)].map(
    ([, single, double]) => single ?? double ?? '',
  );
  const cuts = findCutTexts(rendered, (line) => literals.some((literal) => line.includes(literal)));
  return cuts.map(({ line, value, rest }) => ({
    kind: 'cut',
    releases,
    at: [],
    line,
    message: cutMessage(value, rest),
    hint: 'Put the value in quotes where a template prints it, or write double quotes inside the string.',
  }));
}

const none: readonly RenderedProblem[] = [];

/** The problems of one device in all releases; a problem of several releases is one. */
export function problemsOf(
  verdicts: readonly (readonly [release: ReleaseNumber, verdict: DeviceVerdict])[],
): readonly RenderedProblem[] {
  if (verdicts.every(([, verdict]) => verdict.kind === 'accepted' && verdict.warnings === undefined))
    return none;
  const byKey = new Map<string, RenderedProblem>();
  for (const [release, verdict] of verdicts) {
    for (const problem of problemsIn(verdict)) {
      const key = JSON.stringify([problem.kind, problem.at, problem.message]);
      const releases = [...(byKey.get(key)?.releases ?? []), release];
      byKey.set(key, { ...problem, releases });
    }
  }
  return [...byKey.values()];
}

function problemsIn(verdict: DeviceVerdict): Omit<RenderedProblem, 'releases'>[] {
  switch (verdict.kind) {
    case 'accepted':
      return (verdict.warnings ?? []).map((problem) => describe(problem.about, problem));
    case 'rejected':
      return verdict.problems.map((problem) => describe('invalid', problem));
    case 'not-a-mapping':
      return [
        {
          kind: 'not-a-mapping',
          at: [],
          message: 'the dictionary does not render to a mapping (key: value)',
        },
      ];
    case 'unreadable':
      return [{ kind: 'not-yaml', at: [], line: verdict.problem.line, message: verdict.problem.message }];
  }
}

function describe(
  kind: 'invalid' | 'console' | 'shell',
  problem: JobProblem,
): Omit<RenderedProblem, 'releases'> {
  const { at } = problem;
  // A template prints the value, so quotes in the dictionary do not help.
  const isAboutText = kind === 'invalid' && /quotes|instead of `- /.test(problem.hint ?? '');
  const hint = isAboutText ? undefined : problem.hint;
  return { kind, at, message: formatProblem(problem), ...(hint === undefined ? {} : { hint }) };
}
