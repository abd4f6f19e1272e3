import type { Environment, TemplateError } from '../../jinja/index.js';
import { DeviceChecker } from '../../job/index.js';
import type { ReleaseNumber } from '../../model/index.js';
import {
  attempt,
  fileNameOf,
  renderingContext,
  withoutSet,
  type Namespace,
  type Template,
} from '../../templates/index.js';
import { createLabEnvironment } from './environments.js';
import type { DeviceProblem, TemplateLine } from './device-problem.js';
import { problemsOf, type RenderedProblem } from './rendered-problem.js';

/** For all problems of a lab together: each trial renders a device. */
const mostTrials = 400;
const totalTimeMs = 5_000;

/** A device as it is rendered. */
type Rendered = Pick<DeviceProblem, 'device' | 'deviceType'>;

/** A `set` of a variable in a file. */
interface SetIn {
  readonly file: string;
  readonly name: string;
}

/** Renders devices without one of their variables. */
export interface Trials {
  areLeft(): boolean;
  /**
   * How the device fails to render if a file does not set a variable.
   * @param set null: with all variables
   * @returns null if it renders; undefined if no trial is left
   */
  failureOf(set: SetIn | null, found: Rendered, release: ReleaseNumber): TemplateError | null | undefined;
  /**
   * How many lines of the configuration change if a file does not set a variable.
   * @returns null if the problem occurs anyway, or if no trial is left
   */
  linesAffected(set: SetIn, problem: DeviceProblem, printed: TemplateLine | undefined): number | null;
}

export function createTrials(namespace: Namespace): Trials {
  const namesOf = new Map<string, string[]>();
  for (const [name, { path }] of namespace) namesOf.set(path, [...(namesOf.get(path) ?? []), name]);
  const end = performance.now() + totalTimeMs;
  let left = mostTrials;

  function environmentWithout({ file, name }: SetIn, release: ReleaseNumber): Environment {
    const changed = new Map<string, Template>();
    for (const one of namesOf.get(file) ?? []) {
      const template = namespace.get(one);
      if (template?.text == null) continue;
      changed.set(one, { ...template, text: withoutSet(template.text, name) });
    }
    return createLabEnvironment({ get: (one) => changed.get(one) ?? namespace.get(one) }, release);
  }

  return {
    areLeft: () => left > 0 && performance.now() < end,
    failureOf(set, found, release) {
      if (left-- <= 0 || performance.now() > end) return undefined;
      const environment =
        set === null ? createLabEnvironment(namespace, release) : environmentWithout(set, release);
      const rendered = attempt(() => environment.render(fileNameOf(found.device), contextOf(found, release)));
      return rendered.ok ? null : rendered.error;
    },
    linesAffected(set, found, printed) {
      const [release] = found.problem.releases;
      if (release === undefined || left-- <= 0 || performance.now() > end) return null;
      const environment = environmentWithout(set, release);
      const trial = { environment, fileName: fileNameOf(found.device), context: contextOf(found, release) };
      const text = renderIn(trial);
      // Without the value, the template fails instead.
      if (text === null) return Infinity;
      const remaining = problemsOf([[release, new DeviceChecker(release).check(text)]]);
      if (remaining.some((one) => isSame(one, found.problem) && !isElsewhere(one, trial, printed)))
        return null;
      const before = renderIn({ ...trial, environment: createLabEnvironment(namespace, release) });
      return differentLines(before ?? '', text);
    },
  };
}

interface Trial {
  readonly environment: Environment;
  readonly fileName: string;
  readonly context: Readonly<Record<string, unknown>>;
}

function contextOf({ device, deviceType }: Rendered, release: ReleaseNumber) {
  return renderingContext({ hostname: device, deviceType }, release);
}

function renderIn({ environment, fileName, context }: Trial): string | null {
  const rendered = attempt(() => environment.render(fileName, context));
  return rendered.ok ? rendered.value : null;
}

function isSame(a: RenderedProblem, b: RenderedProblem): boolean {
  return a.kind === b.kind && a.at.join('\0') === b.at.join('\0');
}

/** Whether another template line prints what is not YAML now. */
function isElsewhere(
  { line }: RenderedProblem,
  { environment, fileName, context }: Trial,
  printed: TemplateLine | undefined,
): boolean {
  if (line === undefined || printed === undefined) return false;
  const explained = attempt(() => environment.explain(fileName, context));
  const origin = explained.ok ? explained.value.lines[line - 1] : undefined;
  return origin !== undefined && (origin.file !== printed.file || origin.line !== printed.line);
}

function differentLines(before: string, after: string): number {
  const [old, now] = [new Set(before.split('\n')), new Set(after.split('\n'))];
  return [...old].filter((line) => !now.has(line)).length + [...now].filter((line) => !old.has(line)).length;
}
