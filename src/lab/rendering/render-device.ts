import type { Environment } from '../../jinja/index.js';
import { defaultRelease, type ReleaseNumber } from '../../model/index.js';
import { fileNameOf, newestRendering, renderingContext, type Namespace } from '../../templates/index.js';
import { policyOf, readLabFile, readMasters } from '../config/read-config.js';
import { readDevices } from '../devices/read-dictionaries.js';
import { readFiles } from '../files/read-files.js';
import { sortIntoTree, type LabTree } from '../files/tree.js';
import { createMemory } from '../memory.js';
import { Report } from '../report.js';
import type { FileMap } from '../snapshot.js';
import { namespaceOf, type SourceTemplates } from '../templates/namespace.js';
import { createLabEnvironment } from './environments.js';
import { deviceTypeOf } from './render.js';

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
  const release = options.dictionariesAt === undefined ? newestReleaseIn(tree) : newestRendering;
  const environment = createLabEnvironment(placedAt(options.dictionariesAt, namespace), release);
  const devices = readDevices(tree, new Report(), memory);
  return {
    environment,
    devices: [...tree.dictionaries.keys()].sort(),
    contextOf: (hostname, jobContext) =>
      renderingContext({ hostname, deviceType: deviceTypeOf(devices.get(hostname)) }, release, jobContext),
  };
}

/** The newest release that a master of the lab should run. */
function newestReleaseIn(tree: LabTree): ReleaseNumber {
  const report = new Report();
  const labFile = readLabFile(tree, report);
  const masters = readMasters(tree, policyOf(labFile?.value ?? { kind: 'Lab', name: '' }), report);
  const releases = [...masters.values()].map(({ release }) => release ?? defaultRelease);
  return releases.length === 0 ? defaultRelease : Math.max(...releases);
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
