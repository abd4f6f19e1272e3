import { factsOf, type LabMemory } from '../memory.js';
import type { Template } from './template.js';
import type { LabTree } from '../files/tree.js';
import { isName } from '../names.js';

/** Templates of deviceTypeSources by file name; `file` is what findings name. */
export type SourceTemplates = ReadonlyMap<string, { readonly text: string; readonly file: string }>;

/** What a name in an `extends` means, in LAVA's order: dictionaries, the lab's templates, those of the sources. */
export type Namespace = ReadonlyMap<string, Template>;

export function namespaceOf(tree: LabTree, sources: SourceTemplates, memory: LabMemory): Namespace {
  const templateOf = (path: string, text: string | null): Template => ({
    path,
    text,
    references: text === null ? [] : factsOf(memory, path, text).references,
  });
  const namespace = new Map<string, Template>();
  for (const [name, { text, file }] of sources) namespace.set(name, templateOf(file, text));
  for (const group of [tree.templates, tree.dictionaries]) {
    for (const [name, { text, path }] of group) namespace.set(`${name}.jinja2`, templateOf(path, text));
  }
  return namespace;
}

/** The templates of the sources that no file of the lab stands before, by path; names are without `.jinja2`. */
export function sourcesIn(
  namespace: Namespace,
  sources: SourceTemplates,
): Map<string, { readonly name: string; readonly text: string }> {
  return new Map(
    [...sources].flatMap(([fileName, { text, file }]): [string, { name: string; text: string }][] => {
      const name = fileName.replace(/\.jinja2$/, '');
      return isName(name) && namespace.get(fileName)?.path === file ? [[file, { name, text }]] : [];
    }),
  );
}
