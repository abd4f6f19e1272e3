import { didYouMean } from './names.js';
import { placeAt } from './place.js';
import type { Report } from './report.js';
import { readTemplateFacts, type TemplateReference } from './template-facts.js';
import type { LabTree } from './tree.js';

/** Templates of deviceTypeSources by file name; `file` is what findings name. */
export type SourceTemplates = ReadonlyMap<string, { readonly text: string; readonly file: string }>;

interface Template {
  readonly path: string;
  readonly text: string | null;
  readonly references: readonly TemplateReference[];
}

/** What a name in an `extends` means, in LAVA's order: dictionaries, the lab's templates, those of the sources. */
export type Namespace = ReadonlyMap<string, Template>;

/** All that a template or dictionary is made of. */
export interface Chain {
  /** Itself, and all that it extends, includes and imports. */
  readonly files: ReadonlySet<string>;
  /** Whether a part of it is not at hand, so that it cannot be rendered here. */
  readonly isPartial: boolean;
}

export function namespaceOf(tree: LabTree, sources: SourceTemplates): Namespace {
  const namespace = new Map<string, Template>();
  for (const [name, { text, file }] of sources) namespace.set(name, templateOf(file, text));
  for (const group of [tree.templates, tree.dictionaries]) {
    for (const [name, { text, path }] of group) namespace.set(`${name}.jinja2`, templateOf(path, text));
  }
  return namespace;
}

function templateOf(path: string, text: string | null): Template {
  return { path, text, references: text === null ? [] : readTemplateFacts(text).references };
}

/** Checks what templates and dictionaries say of each other; gives the chain of each of their files. */
export function readChains(
  namespace: Namespace,
  shipped: ReadonlySet<string>,
  report: Report,
): ReadonlyMap<string, Chain> {
  const chains = new Map<string, Chain>();
  for (const template of namespace.values()) {
    reportUnreadable(template, report);
    reportUnknown(template, namespace, shipped, report);
    chains.set(template.path, followChain(template, namespace, report));
  }
  return chains;
}

/** LAVA's own templates have at most 25,000 characters, in lines of a few hundred. */
const longest = { text: 256 * 1024, line: 10_000 };

/** What nobody can read takes long to parse, too. */
function reportUnreadable({ path, text }: Template, report: Report): void {
  if (text === null) return;
  if (text.length > longest.text) {
    const message = `a template may have ${longest.text} characters, and this has ${text.length}`;
    report.error('template-limit', { file: path }, message, 'Split it: extend, include or import.');
    return;
  }
  const line = text.split('\n').findIndex((one) => one.length > longest.line);
  if (line < 0) return;
  const message = `a line of a template may have ${longest.line} characters`;
  report.error(
    'template-limit',
    { file: path, line: line + 1, column: longest.line + 1 },
    message,
    'Break it.',
  );
}

function reportUnknown(
  template: Template,
  namespace: Namespace,
  shipped: ReadonlySet<string>,
  report: Report,
): void {
  for (const { name, at, optional } of template.references) {
    if (name === null || optional || namespace.has(name) || template.text === null) continue;
    if (report.isFull(template.path)) return;
    const place = placeAt(template.path, template.text, at);
    if (shipped.has(name.replace(/\.jinja2$/, ''))) {
      report.warn(
        'template-not-in-lab',
        place,
        `"${name}" comes with LAVA, and the lab has no source for it: what is made of it was not checked`,
        'Name a source in deviceTypeSources of lab-config/lab.yaml.',
      );
      continue;
    }
    const hint = didYouMean(name, namespace.keys()) ?? 'Add it to device-types.';
    report.error('template-unknown', place, `there is no template "${name}"`, hint);
  }
}

/** All that a template is made of, breadth first. */
function followChain(start: Template, namespace: Namespace, report: Report): Chain {
  const files = new Set([start.path]);
  let isPartial = start.text === null;
  let isLooping = false;
  const open = start.references.map((reference) => ({
    reference,
    first: reference,
    way: [start],
    mayEnd: false,
  }));
  for (const { reference, first, way, mayEnd } of open) {
    const next = reference.name === null ? undefined : namespace.get(reference.name);
    if (next === undefined) {
      isPartial ||= reference.name !== null && !reference.optional;
      continue;
    }
    // An include may stand under a condition that ends the recursion; extends and import always follow.
    const endsMaybe = mayEnd || reference.kind === 'include';
    if (next === start && !endsMaybe && !isLooping) {
      isLooping = true;
      reportLoop(start, first, [...way, next], report);
    }
    isPartial ||= next.text === null;
    if (files.has(next.path)) continue;
    files.add(next.path);
    for (const more of next.references)
      open.push({ reference: more, first, way: [...way, next], mayEnd: endsMaybe });
  }
  return { files, isPartial };
}

function reportLoop(
  start: Template,
  first: TemplateReference,
  way: readonly Template[],
  report: Report,
): void {
  const names = way.map((template) => template.path.split('/').at(-1) ?? template.path);
  report.error(
    'template-loop',
    placeAt(start.path, start.text ?? '', first.at),
    `this leads back to itself: ${names.join(' -> ')}`,
    'Break the circle.',
  );
}
