import type { Finding } from '../diagnostics/index.js';
import type { Lab } from '../model/index.js';
import { desiredMaster, type LabParts } from './desired.js';
import { policyOf, readLabFile, readMasters, readSites } from './read-config.js';
import { readDeviceTypes } from './read-device-types.js';
import { readDictionaries } from './read-dictionaries.js';
import { readFiles } from './read-files.js';
import { readHealthChecks } from './read-health-checks.js';
import { readWorkers } from './read-workers.js';
import { reportReferences, reportShadowedTemplates } from './references.js';
import { Report } from './report.js';
import { shippedTemplates } from './shipped-templates.js';
import type { FileMap } from './snapshot.js';
import { createTemplateEnvironment, reportRendering } from './render.js';
import { namespaceOf, readChains, type SourceTemplates } from './templates.js';
import { reportDuplicateNames, sortIntoTree } from './tree.js';

export interface LoadOptions {
  /** Templates of the lab's deviceTypeSources by file name (`base.jinja2`), fetched by the caller; see deviceTypeSourcesOf. */
  readonly templates?: SourceTemplates;
  /** Names (without .jinja2) of the templates that the masters bring themselves. Default: those of LAVA 2023.01. */
  readonly shipped?: ReadonlySet<string>;
}

export interface LoadedLab {
  /** null only when lab.yaml is missing or unusable, or no master can be read. */
  readonly lab: Lab | null;
  /** All of them, sorted. */
  readonly findings: readonly Finding[];
}

/**
 * Reads a lab: checks every file and every reference, renders every dictionary, and gives what each master should
 * hold. Whatever the files hold, it gives findings and does not throw. An object whose files have errors is in
 * `blocked` of its master; all others are in `objects`.
 */
export function loadLab(files: FileMap, options: LoadOptions = {}): LoadedLab {
  const report = new Report();
  const tree = sortIntoTree(readFiles(files, report));
  const labFile = readLabFile(tree, report);
  reportDuplicateNames(tree, report);
  const sites = readSites(tree, report);
  const workers = readWorkers(tree, report);
  const deviceTypes = readDeviceTypes(tree, report);
  const devices = readDictionaries(tree, report);
  const healthChecks = readHealthChecks(tree, devices, report);
  const policy = policyOf(labFile?.value ?? { kind: 'Lab', name: '' });
  const masters = readMasters(tree, policy.mode, report);
  const shipped = options.shipped ?? shippedTemplates;
  reportReferences(
    { tree, workers, deviceTypes, devices, masters, shipped, sources: options.templates },
    report,
  );
  reportShadowedTemplates(tree, deviceTypes, labFile, shipped, report);
  const namespace = namespaceOf(tree, options.templates ?? new Map());
  const chains = readChains(namespace, shipped, report);
  reportRendering(createTemplateEnvironment(namespace), tree, chains, report);
  const parts: LabParts = { tree, workers, deviceTypes, healthChecks, devices, chains, report };
  const desired = new Map([...masters].map(([name, master]) => [name, desiredMaster(master, parts)]));
  if (labFile === null || masters.size === 0) return { lab: null, findings: report.findings };
  const { name, contacts } = labFile.value;
  const lab: Lab = { name, contacts: contacts ?? [], policy, sites, masters, desired };
  return { lab, findings: report.findings };
}
