import type { Environment, Explanation } from '../../jinja/index.js';
import {
  attempt,
  checkConfiguration,
  createDeviceEnvironment,
  fileNameOf,
  renderingContext,
  type Chain,
  type ChainFacts,
  type Namespace,
} from '../../templates/index.js';
import type { LabDevice } from '../devices/read-dictionaries.js';
import type { TextFile } from '../files/read-files.js';
import type { LabTree } from '../files/tree.js';
import type { KeptRendering } from '../kept.js';
import type { LabMemory } from '../memory.js';
import type { Report, ReportedError } from '../report.js';
import type { RenderWork } from './render-work.js';
import { reportFailure, reportFailures, type Failure } from './report-failures.js';
import { reportUndefined, type UndefinedPrint } from './report-undefined.js';

/** For all dictionaries of a lab together. Ten thousand ordinary ones need a few seconds. */
const totalTimeMs = 60_000;

/** Renders the templates and dictionaries of a lab. Those that could not be read are treated as missing. */
export function createLabEnvironment(namespace: Namespace): Environment {
  return createDeviceEnvironment((name) => {
    const template = namespace.get(name);
    return template == null || template.text === null ? null : { text: template.text, file: template.path };
  });
}

/**
 * Parses every template, and renders every dictionary whose parts are all available, unless its result is known. The
 * other dictionaries are only parsed, because LAVA silently accepts one that does not parse.
 * @returns how many dictionaries were rendered
 */
export function reportRendering(work: RenderWork, facts: ChainFacts, report: Report): number {
  const { tree, namespace, devices, chains, memory } = work;
  const environment = createLabEnvironment(namespace);
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
    const known =
      memory.renderings.find(path, (kept) => kept.deviceType === deviceType && isCurrent(kept, namespace)) ??
      provenRendering({ path, deviceType }, work);
    if (known === undefined && performance.now() > end) {
      const message = `rendering all dictionaries took longer than ${totalTimeMs / 1000} seconds, so this one was not rendered`;
      report.error('template-limit', { file: path }, message, 'Look for dictionaries with large loops.');
      continue;
    }
    good.push(chain);
    const outcome = attempt(() => {
      const { problem, undefinedUses } =
        known ?? renderNow(environment, { name, file: path, deviceType }, work, own);
      for (const use of undefinedUses) printed.push({ device: name, file: path, chain, use });
      if (problem !== null) {
        report.error(problem.code, problem.place, problem.message, problem.hint, problem.blames);
      }
    });
    if (!outcome.ok) failures.push({ name, file: path, text: text ?? '', error: outcome.error });
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
  if (memory.proven.parses(path, text)) {
    memory.parsed.keep(path, text);
    return;
  }
  const parsed = attempt(() => environment.parse(fileNameOf(name)));
  if (parsed.ok) memory.parsed.keep(path, text);
  else reportFailure(parsed.error, { blames: path, text }, report);
}

/** Files that can be fixed in the lab. LAVA's own templates are not among them. */
function ownFilesOf({ templates, dictionaries }: LabTree): ReadonlySet<string> {
  return new Set([...templates.values(), ...dictionaries.values()].map(({ path }) => path));
}

function isCurrent({ parts }: KeptRendering, namespace: Namespace): boolean {
  return parts.every(({ name, template }) => {
    const now = namespace.get(name);
    return now?.text === template?.text && now?.path === template?.path;
  });
}

function provenRendering(
  { path, deviceType }: { readonly path: string; readonly deviceType: string | null },
  { namespace, memory }: RenderWork,
): KeptRendering | undefined {
  const proven = memory.proven.rendering(path, deviceType, namespace);
  if (proven !== undefined) memory.renderings.keep(path, proven);
  return proven;
}

/**
 * The type that the lab specifies, else the name of the template that the dictionary extends. Usually they are the
 * same.
 */
export function deviceTypeOf(device: LabDevice | undefined): string | null {
  return device?.deviceType ?? device?.template ?? null;
}

/** @throws TemplateError when rendering fails; nothing is stored, so that the next load tries again */
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
  const context = renderingContext({ hostname: name, deviceType });
  const { text, templates, undefinedUses } = environment.renderWithTemplates(fileNameOf(name), context);
  const parts = templates.map((part) => ({ name: part, template: namespace.get(part) }));
  const rendering = {
    parts,
    deviceType,
    problem: problemOf({ name, file, text }, () => environment.explain(fileNameOf(name), context)),
    undefinedUses: undefinedUses.flatMap(({ name, ...use }) =>
      name !== undefined && own.has(use.file) ? [{ ...use, name }] : [],
    ),
  };
  memory.renderings.keep(file, rendering);
  return rendering;
}

function problemOf(
  { name, file, text }: { readonly name: string; readonly file: string; readonly text: string },
  explain: () => Explanation,
): ReportedError | null {
  const problem = checkConfiguration(text);
  if (problem === null) return null;
  const hint = 'Run `lavaflow render` to see the text.';
  if (problem === 'not-a-mapping') {
    const message = 'the dictionary does not render to a mapping (key: value)';
    const place = { file, line: 1, column: 1 };
    return { code: 'rendered-not-a-mapping', place, message, hint, blames: file };
  }
  const { line } = problem;
  const origin = explain().lines[line - 1];
  const place =
    origin === undefined || origin.file === '' ? { file } : { file: origin.file, line: origin.line };
  const message = `${name}: line ${line} of the rendered configuration is not valid YAML: ${problem.message}`;
  return { code: 'rendered-not-yaml', place, message, hint, blames: file };
}
