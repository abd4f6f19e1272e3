import type { Environment } from '../../jinja/index.js';
import { renderingContext } from '../../model/index.js';
import { readDevices } from '../devices/read-dictionaries.js';
import { createMemory } from '../memory.js';
import { namespaceOf, type Namespace, type SourceTemplates } from '../templates/namespace.js';
import { readFiles } from '../files/read-files.js';
import { createTemplateEnvironment, deviceTypeOf } from './render.js';
import { Report } from '../report.js';
import type { FileMap } from '../snapshot.js';

import { sortIntoTree } from '../files/tree.js';

/** What a lab renders with. */
export interface LabTemplates {
  /** Sees each dictionary and template as `<name>.jinja2`, in LAVA's order of search. */
  readonly environment: Environment;
  /** Hostnames of all dictionaries, sorted. */
  readonly devices: readonly string[];
  /** What a device is rendered with: the job's context, and which device it is, as LAVA does since 2026.07. */
  readonly contextOf: (
    hostname: string,
    jobContext?: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>>;
}

/**
 * The templates and dictionaries of a lab, ready to render; files that cannot be read are as if not there (loadLab
 * says which).
 * @param options.templates templates of the lab's deviceTypeSources, by file name
 * @param options.dictionariesAt what errors call their directory, where it is that of no lab
 */
export function createLabTemplates(
  files: FileMap,
  options: { readonly templates?: SourceTemplates; readonly dictionariesAt?: string } = {},
): LabTemplates {
  const memory = createMemory();
  const tree = sortIntoTree(readFiles(files, new Report(), memory));
  const namespace = namespaceOf(tree, options.templates ?? new Map(), memory);
  const environment = createTemplateEnvironment(placedAt(options.dictionariesAt, namespace));
  const devices = readDevices(tree, new Report(), memory);
  return {
    environment,
    devices: [...tree.dictionaries.keys()].sort(),
    contextOf: (hostname, jobContext) =>
      renderingContext(hostname, deviceTypeOf(devices.get(hostname)), jobContext),
  };
}

/** Dictionaries of a directory that is no lab are named by where they are. */
function placedAt(directory: string | undefined, namespace: Namespace): Namespace {
  if (directory === undefined) return namespace;
  return new Map(
    [...namespace].map(([name, template]) => [
      name,
      { ...template, path: template.path.replace(/^device-dictionaries(?=\/)/, () => directory) },
    ]),
  );
}

/**
 * The device configuration as LAVA would render it, as bytes of YAML.
 * @param context the job's context
 * @throws TemplateError when the dictionary, or what it is made of, does not render
 */
export function renderDevice(
  templates: LabTemplates,
  hostname: string,
  context: Readonly<Record<string, unknown>> = {},
): string {
  return templates.environment.render(`${hostname}.jinja2`, templates.contextOf(hostname, context));
}
