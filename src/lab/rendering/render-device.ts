import type { Environment } from '../../jinja/index.js';
import { fileNameOf, renderingContext, type Namespace } from '../../templates/index.js';
import { readDevices } from '../devices/read-dictionaries.js';
import { readFiles } from '../files/read-files.js';
import { sortIntoTree } from '../files/tree.js';
import { createMemory } from '../memory.js';
import { Report } from '../report.js';
import type { FileMap } from '../snapshot.js';
import { namespaceOf, type SourceTemplates } from '../templates/namespace.js';
import { createLabEnvironment, deviceTypeOf } from './render.js';

/** What a lab needs for rendering. */
export interface LabTemplates {
  /** Finds each dictionary and template as `<name>.jinja2`, in LAVA's search order. */
  readonly environment: Environment;
  /** The hostnames of all dictionaries, sorted. */
  readonly devices: readonly string[];
  /** The variables with which a device is rendered for a job. */
  readonly contextOf: (
    hostname: string,
    jobContext?: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>>;
}

/**
 * The templates and dictionaries of a lab, ready for rendering. Files that cannot be read are treated as missing;
 * `loadLab` reports them.
 * @param options.templates templates of the lab's deviceTypeSources, by file name
 * @param options.dictionariesAt the name that errors use for the directory of dictionaries, if it is not part of a lab
 */
export function createLabTemplates(
  files: FileMap,
  options: { readonly templates?: SourceTemplates; readonly dictionariesAt?: string } = {},
): LabTemplates {
  const memory = createMemory();
  const tree = sortIntoTree(readFiles(files, new Report(), memory));
  const namespace = namespaceOf(tree, options.templates ?? new Map(), memory);
  const environment = createLabEnvironment(placedAt(options.dictionariesAt, namespace));
  const devices = readDevices(tree, new Report(), memory);
  return {
    environment,
    devices: [...tree.dictionaries.keys()].sort(),
    contextOf: (hostname, jobContext) =>
      renderingContext({ hostname, deviceType: deviceTypeOf(devices.get(hostname)) }, jobContext),
  };
}

/** Errors name the dictionaries of a directory that is not a lab by their path. */
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
 * Renders the device configuration as LAVA would, as YAML text.
 * @param context the job's context
 * @throws TemplateError when the dictionary, or a template that it uses, does not render
 */
export function renderDevice(
  templates: LabTemplates,
  hostname: string,
  context: Readonly<Record<string, unknown>> = {},
): string {
  return templates.environment.render(fileNameOf(hostname), templates.contextOf(hostname, context));
}
