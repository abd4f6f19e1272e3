import {
  mergeTemplates,
  templateNameOf,
  type Namespace,
  type Template,
  type TemplateText,
} from '../../templates/index.js';
import type { LabTree } from '../files/tree.js';
import { factsOf, type LabMemory } from '../memory.js';
import { isName } from '../names.js';

/** Templates of deviceTypeSources by file name. `file` is the name in findings. */
export type SourceTemplates = ReadonlyMap<
  string,
  TemplateText & {
    /** The index of its source in deviceTypeSources. Default: the first one. */
    readonly source?: number;
  }
>;

/**
 * The files that a name in an `extends` can refer to in a lab: its dictionaries, its templates and those of its
 * sources.
 */
export function namespaceOf(tree: LabTree, sources: SourceTemplates, memory: LabMemory): Namespace {
  const templateOf = (path: string, text: string | null): Template => ({
    path,
    text,
    references: text === null ? [] : factsOf(memory, path, text).references,
  });
  return mergeTemplates<Template>({
    dictionaries: mapValues(tree.dictionaries, ({ path, text }) => templateOf(path, text)),
    templates: mapValues(tree.templates, ({ path, text }) => templateOf(path, text)),
    below: mapValues(sources, ({ file, text }) => templateOf(file, text)),
  });
}

function mapValues<V, W>(map: ReadonlyMap<string, V>, change: (value: V) => W): Map<string, W> {
  return new Map([...map].map(([name, value]) => [name, change(value)]));
}

/** The templates of the sources that no file of the lab hides, by path. Names are without `.jinja2`. */
export function sourcesIn(
  namespace: Namespace,
  sources: SourceTemplates,
): Map<string, { readonly name: string; readonly text: string }> {
  return new Map(
    [...sources].flatMap(([fileName, { text, file }]): [string, { name: string; text: string }][] => {
      const name = templateNameOf(fileName);
      return isName(name) && namespace.get(fileName)?.path === file ? [[file, { name, text }]] : [];
    }),
  );
}
