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
type Namespace = ReadonlyMap<string, Template>;

/**
 * Checks what templates and dictionaries say of each other. Gives for each of their files the files that it is
 * made of: itself, and all that it extends, includes and imports.
 */
export function readTemplates(
  tree: LabTree,
  sources: SourceTemplates,
  shipped: ReadonlySet<string>,
  report: Report,
): (path: string) => ReadonlySet<string> {
  const namespace = namespaceOf(tree, sources);
  const byPath = new Map([...namespace.values()].map((template) => [template.path, template]));
  for (const template of namespace.values()) reportUnknown(template, namespace, shipped, report);
  const chains = new Map<string, ReadonlySet<string>>();
  for (const template of byPath.values()) {
    const chain = followChain(template, namespace);
    chains.set(template.path, chain.files);
    if (chain.loop !== null && template.text !== null) {
      report.error(
        'template-loop',
        placeAt(template.path, template.text, chain.loop.at),
        `this leads back to itself: ${chain.loop.way.join(' -> ')}`,
        'Break the circle.',
      );
    }
  }
  return (path) => chains.get(path) ?? new Set([path]);
}

function namespaceOf(tree: LabTree, sources: SourceTemplates): Map<string, Template> {
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

interface Chain {
  readonly files: ReadonlySet<string>;
  /** The reference that leads back to where it started, and by which names. */
  readonly loop: { readonly at: number; readonly way: readonly string[] } | null;
}

/** All that a template is made of, breadth first. */
function followChain(start: Template, namespace: Namespace): Chain {
  const files = new Set([start.path]);
  let loop: Chain['loop'] = null;
  const open = start.references.map((reference) => ({
    reference,
    first: reference,
    way: [nameOf(start)],
    ends: false,
  }));
  for (const { reference, first, way, ends } of open) {
    const next = reference.name === null ? undefined : namespace.get(reference.name);
    if (next === undefined) continue;
    const onward = [...way, nameOf(next)];
    // An include may stand under a condition that ends the recursion; extends and import always follow.
    const mayEnd = ends || reference.kind === 'include';
    if (next === start && !mayEnd) loop ??= { at: first.at, way: onward };
    if (files.has(next.path)) continue;
    files.add(next.path);
    for (const more of next.references) open.push({ reference: more, first, way: onward, ends: mayEnd });
  }
  return { files, loop };
}

function nameOf(template: Template): string {
  return template.path.split('/').at(-1) ?? template.path;
}
