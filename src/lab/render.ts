import { createHash } from 'node:crypto';
import type { Place } from '../diagnostics/index.js';
import { createEnvironment, TemplateError, type Environment, type Limits } from '../jinja/index.js';
import type { FindingCode } from './codes.js';
import { Report } from './report.js';
import type { Chain, Namespace } from './templates.js';
import type { LabTree } from './tree.js';
import { readYaml } from './yaml-tree.js';

/** For one template of a lab; LAVA's own templates need a hundredth of it. */
const limits: Partial<Limits> = { steps: 500_000, timeMs: 1_000, outputBytes: 1024 * 1024 };
/** For all dictionaries of a lab together. Ten thousand ordinary ones take a few seconds. */
const totalTimeMs = 60_000;

/** An environment that sees dictionaries and templates as LAVA does, under the name `<name>.jinja2`. */
export function createTemplateEnvironment(namespace: Namespace): Environment {
  return createEnvironment({
    limits,
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

/** Parses every template and renders every dictionary of which all parts are at hand. */
export function reportRendering(
  environment: Environment,
  tree: LabTree,
  chains: ReadonlyMap<string, Chain>,
  report: Report,
): void {
  for (const [name, file] of tree.templates) {
    if (file.text === null || report.hasErrors(file.path)) continue;
    const error = failureOf(() => environment.parse(`${name}.jinja2`));
    if (error !== null) reportFailure(error, file.path, report);
  }
  const failures: Failure[] = [];
  const rendered: Chain[] = [];
  const end = performance.now() + totalTimeMs;
  for (const [name, file] of tree.dictionaries) {
    const chain = chains.get(file.path);
    if (chain === undefined || chain.isPartial || report.codesOf(chain.files).length > 0) continue;
    if (performance.now() > end) {
      const message = `rendering all dictionaries took longer than ${totalTimeMs / 1000} seconds, so this one was not`;
      report.error('template-limit', { file: file.path }, message, 'See which of them loop over much.');
      continue;
    }
    rendered.push(chain);
    const error = failureOf(() => {
      reportUnlessMapping(environment, name, file.path, environment.render(`${name}.jinja2`), report);
    });
    if (error !== null) failures.push({ name, file: file.path, error });
  }
  reportFailures(failures, rendered, report);
}

interface Failure {
  readonly name: string;
  readonly file: string;
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
    byTemplate.set(file, [...(byTemplate.get(file) ?? []), failure]);
  }
  for (const [template, group] of byTemplate) {
    const users = rendered.filter((chain) => chain.files.has(template)).length;
    const [first] = group;
    if (first === undefined) continue;
    if (template === first.file || users > group.length) {
      for (const { file, name, error } of group) reportFailure(error, file, report, `${name}: `);
    } else {
      const others = group.length === 1 ? '' : ` and ${group.length - 1} more`;
      reportFailure(first.error, template, report, `${first.name}${others}: `);
    }
  }
}

function reportFailure(error: TemplateError, blames: string, report: Report, prefix = ''): void {
  report.error(codeOf(error), placeOf(error), `${prefix}${error.message}`, error.hint, blames);
}

function placeOf({ file, line, column }: TemplateError): Place {
  return { file, line, column };
}

function codeOf(error: TemplateError): FindingCode {
  if (error.kind === 'syntax') return 'template-syntax';
  if (error.kind === 'not-found') return 'template-unknown';
  return error.kind === 'limit' ? 'template-limit' : 'template-fails';
}

/** Digests of rendered texts that are mappings: parsing YAML costs more than rendering, and most texts stay the same. */
const knownMappings = new Set<string>();
const maximumKnown = 50_000;

/** LAVA reads what is rendered with PyYAML, and takes only a mapping for a device configuration. */
function reportUnlessMapping(
  environment: Environment,
  name: string,
  file: string,
  text: string,
  report: Report,
): void {
  const digest = createHash('sha256').update(text).digest('base64');
  if (knownMappings.has(digest)) return;
  const scratch = new Report();
  const tree = readYaml('rendered', text, 'rendered', scratch);
  const isMapping =
    tree !== null && tree.value !== null && typeof tree.value === 'object' && !Array.isArray(tree.value);
  if (isMapping) {
    if (knownMappings.size >= maximumKnown) knownMappings.clear();
    knownMappings.add(digest);
    return;
  }
  const [error] = scratch.findings;
  if (error === undefined) {
    const message = 'the dictionary does not render to a mapping (key: value)';
    report.error('rendered-not-a-mapping', { file, line: 1, column: 1 }, message, 'See `lavaflow render`.');
    return;
  }
  const line = error.place.line ?? 1;
  const origin = environment.explain(`${name}.jinja2`).lines[line - 1];
  const place =
    origin === undefined || origin.file === '' ? { file } : { file: origin.file, line: origin.line };
  const message = `${name}: line ${line} of the rendered configuration is no YAML: ${error.message}`;
  report.error('rendered-not-yaml', place, message, 'See `lavaflow render`.', file);
}
