import type { Place } from '../../diagnostics/index.js';
import { createEnvironment, TemplateError, type Environment, type Explanation } from '../../jinja/index.js';
import { renderingContext, renderingLimits } from '../../model/index.js';
import { checkMapping } from '../../pyyaml/index.js';
import type { LabDevice } from '../devices/read-dictionaries.js';
import type { ChainFacts } from '../templates/chain-facts.js';
import type { Chain } from '../templates/chains.js';
import type { FindingCode } from '../codes.js';
import type { KeptRendering, LabMemory } from '../memory.js';
import type { Namespace } from '../templates/namespace.js';
import type { Report, ReportedError } from '../report.js';
import { unclosedQuoteBefore } from '../templates/syntax.js';

import type { RenderWork } from './render-work.js';
import { reportUndefined, type UndefinedPrint } from './report-undefined.js';
import type { TextFile } from '../files/read-files.js';
import type { LabTree } from '../files/tree.js';

/** For all dictionaries of a lab together. Ten thousand ordinary ones take a few seconds. */
const totalTimeMs = 60_000;

/** An environment that sees dictionaries and templates as LAVA does, under the name `<name>.jinja2`. */
export function createTemplateEnvironment(namespace: Namespace): Environment {
  return createEnvironment({
    limits: renderingLimits,
    loader: {
      load(name) {
        const template = namespace.get(name);
        return template === undefined || template.text === null
          ? null
          : { text: template.text, file: template.path };
      },
    },
  });
}

/**
 * Parses every template, and renders every dictionary of which all parts are at hand, unless its outcome is known. The
 * other dictionaries are parsed alone: LAVA takes one that does not parse without a word.
 * @returns how many were rendered
 */
export function reportRendering(work: RenderWork, facts: ChainFacts, report: Report): number {
  const { tree, namespace, devices, chains, memory } = work;
  const environment = createTemplateEnvironment(namespace);
  for (const [name, file] of tree.templates) parse(environment, name, file, memory, report);
  const failures: Failure[] = [];
  const good: Chain[] = [];
  const printed: UndefinedPrint[] = [];
  const own = ownFilesOf(tree);
  let rendered = 0;
  const end = performance.now() + totalTimeMs;
  for (const [name, { path, text }] of tree.dictionaries) {
    const chain = chains.get(path);
    if (chain === undefined || chain.isPartial || report.codesOf(chain.files).length > 0) {
      parse(environment, name, { path, text }, memory, report);
      continue;
    }
    const deviceType = deviceTypeOf(devices.get(name));
    const known = memory.renderings.find(
      path,
      (kept) => kept.deviceType === deviceType && isCurrent(kept, namespace),
    );
    if (known === undefined && performance.now() > end) {
      const message = `rendering all dictionaries took longer than ${totalTimeMs / 1000} seconds, so this one was not`;
      report.error('template-limit', { file: path }, message, 'See which of them loop over much.');
      continue;
    }
    good.push(chain);
    const error = failureOf(() => {
      const { problem, undefinedUses } =
        known ?? renderNow(environment, { name, file: path, deviceType }, work, own);
      for (const use of undefinedUses) printed.push({ device: name, file: path, chain, use });
      if (problem !== null) {
        report.error(problem.code, problem.place, problem.message, problem.hint, problem.blames);
      }
    });
    if (error !== null) failures.push({ name, file: path, text: text ?? '', error });
    if (known === undefined) rendered++;
  }
  reportFailures(failures, good, report);
  reportUndefined(printed, facts, report);
  return rendered;
}

function parse(
  environment: Environment,
  name: string,
  { path, text }: Pick<TextFile, 'path' | 'text'>,
  memory: LabMemory,
  report: Report,
): void {
  if (text === null || report.hasErrors(path)) return;
  if (memory.parsed.find(path, (kept) => kept === text) !== undefined) return;
  const error = failureOf(() => environment.parse(`${name}.jinja2`));
  if (error === null) memory.parsed.keep(path, text);
  else reportFailure(error, { blames: path, text }, report);
}

/** What LAVA's own templates print is not for the lab to mend. */
function ownFilesOf({ templates, dictionaries }: LabTree): ReadonlySet<string> {
  return new Set([...templates.values(), ...dictionaries.values()].map(({ path }) => path));
}

function isCurrent({ parts }: KeptRendering, namespace: Namespace): boolean {
  return parts.every(({ name, template }) => {
    const now = namespace.get(name);
    return now?.text === template?.text && now?.path === template?.path;
  });
}

/** What the lab says, else what the template of the type is called: mostly the same. */
export function deviceTypeOf(device: LabDevice | undefined): string | null {
  return device?.deviceType ?? device?.template ?? null;
}

/** Throws TemplateError, and keeps nothing then: who fails is tried again the next time. */
function renderNow(
  environment: Environment,
  {
    name,
    file,
    deviceType,
  }: { readonly name: string; readonly file: string; readonly deviceType: string | null },
  { namespace, memory }: RenderWork,
  own: ReadonlySet<string>,
): KeptRendering {
  const context = renderingContext(name, deviceType);
  const { text, templates, undefinedUses } = environment.renderWithTemplates(`${name}.jinja2`, context);
  const parts = templates.map((part) => ({ name: part, template: namespace.get(part) }));
  const rendering = {
    parts,
    deviceType,
    problem: problemOf({ name, file, text }, () => environment.explain(`${name}.jinja2`, context)),
    undefinedUses: undefinedUses.flatMap(({ name, ...use }) =>
      name !== undefined && own.has(use.file) ? [{ ...use, name }] : [],
    ),
  };
  memory.renderings.keep(file, rendering);
  return rendering;
}

interface Failure {
  readonly name: string;
  readonly file: string;
  /** Of that file. */
  readonly text: string;
  readonly error: TemplateError;
}

function failureOf(work: () => unknown): TemplateError | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

/**
 * A dictionary that fails inside a template is to blame itself while others render well with that template; when
 * none does, the template is to blame, and reported once.
 */
function reportFailures(failures: readonly Failure[], rendered: readonly Chain[], report: Report): void {
  const byTemplate = new Map<string, Failure[]>();
  for (const failure of failures) {
    const { file } = failure.error;
    const group = byTemplate.get(file);
    if (group === undefined) byTemplate.set(file, [failure]);
    else group.push(failure);
  }
  for (const [template, group] of byTemplate) {
    const users = rendered.filter((chain) => chain.files.has(template)).length;
    const [first] = group;
    if (first === undefined) continue;
    if (template === first.file) {
      for (const { file, text, error } of group) reportFailure(error, { blames: file, text }, report);
    } else if (users > group.length) {
      for (const { file, name, error } of group)
        reportFailure(error, { blames: file, devices: name }, report);
    } else {
      const others = group.length === 1 ? '' : ` and ${group.length - 1} more`;
      reportFailure(first.error, { blames: template, devices: `${first.name}${others}` }, report);
    }
  }
}

interface Blame {
  /** The file whose dependants are blocked. */
  readonly blames: string;
  /** Whose rendering failed, where the place does not tell. */
  readonly devices?: string;
  /** Of the file in which it failed, where that was just read. */
  readonly text?: string;
}

function reportFailure(error: TemplateError, { blames, devices, text }: Blame, report: Report): void {
  const code = codeOfTemplateError(error);
  const message = devices === undefined ? error.message : `${devices}: ${error.message}`;
  const quote =
    code === 'template-syntax' && text !== undefined ? unclosedQuoteBefore(error, text) : undefined;
  report.error(code, placeOf(error), message, quote ?? error.hint, blames);
}

function placeOf({ file, line, column }: TemplateError): Place {
  return { file, line, column };
}

/** What a template that fails is called among the findings of a lab. */
export function codeOfTemplateError(error: TemplateError): FindingCode {
  if (error.kind === 'syntax') return 'template-syntax';
  if (error.kind === 'not-found') return 'template-unknown';
  return error.kind === 'limit' ? 'template-limit' : 'template-fails';
}

function problemOf(
  { name, file, text }: { readonly name: string; readonly file: string; readonly text: string },
  explain: () => Explanation,
): ReportedError | null {
  const problem = checkMapping(text);
  if (problem === null) return null;
  const hint = 'See `lavaflow render`.';
  if (problem === 'not-a-mapping') {
    const message = 'the dictionary does not render to a mapping (key: value)';
    const place = { file, line: 1, column: 1 };
    return { code: 'rendered-not-a-mapping', place, message, hint, blames: file };
  }
  const { line } = problem;
  const origin = explain().lines[line - 1];
  const place =
    origin === undefined || origin.file === '' ? { file } : { file: origin.file, line: origin.line };
  const message = `${name}: line ${line} of the rendered configuration is no YAML: ${problem.message}`;
  return { code: 'rendered-not-yaml', place, message, hint, blames: file };
}
