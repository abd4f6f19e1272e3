/** Turns the files of a lab repo into the desired state of each master, or into the findings that prevent it. */
import type { Finding } from '../diagnostics/index.js';
import type { Lab } from '../model/index.js';
import { desiredMaster, type LabParts } from './desired.js';
import { ChainFacts, shippedTemplates } from '../templates/index.js';
import { allFactsOf, createMemory, type LabMemory } from './memory.js';
import { proofsOf, type LabProofs } from './proofs.js';
import { namespaceOf, sourcesIn, type SourceTemplates } from './templates/namespace.js';
import { policyOf, readLabFile, readMasters, readSites } from './config/read-config.js';
import { underRules, type LabRules } from './config/rules.js';
import { readDeviceTypes } from './config/read-device-types.js';
import { readDevices } from './devices/read-dictionaries.js';
import { reportCopiedHardware } from './devices/report-copied.js';
import { readFiles } from './files/read-files.js';
import { readHealthChecks } from './config/read-health-checks.js';
import { readWorkers } from './config/read-workers.js';
import { reportPathRules } from './path-rules/path-rules.js';
import { reportReferences, reportTypesNotExtended } from './references.js';
import { reportShadowedTemplates } from './templates/report-shadowed.js';
import { Report } from './report.js';
import type { FileMap } from './snapshot.js';
import { reportRendering } from './rendering/render.js';
import { reportStrayText } from './rendering/report-stray.js';
import type { RenderWork } from './rendering/render-work.js';
import { readChains } from './templates/read-chains.js';
import { reportUnusedVariables } from './rendering/report-unused.js';
import { reportDuplicateNames, sortIntoTree } from './files/tree.js';

export interface LoadOptions {
  /**
   * Templates of the lab's deviceTypeSources by file name (`base.jinja2`), fetched by the caller; see
   * deviceTypeSourcesOf.
   */
  readonly templates?: SourceTemplates;
  /** Names (without .jinja2) of the templates that the masters ship. Default: those of LAVA 2023.01. */
  readonly shipped?: ReadonlySet<string>;
  /** Rules that apply instead of the lab's own. Findings refer to the lab's own. */
  readonly rules?: LabRules;
}

export interface LoadedLab {
  /** null only if lab.yaml is missing or unusable, or no master can be read. */
  readonly lab: Lab | null;
  /** All findings, sorted. */
  readonly findings: readonly Finding[];
  /** Files with errors, and the codes of these errors. What depends on these files is blocked. */
  readonly broken: ReadonlyMap<string, readonly string[]>;
  /**
   * How many dictionaries were rendered. The others are unchanged since the previous load, or could not be rendered.
   */
  readonly rendered: number;
}

/** Loads one lab repeatedly, and does not repeat work for what has not changed between two loads. */
export interface LabLoader {
  /** Same as {@link loadLab}: the result does not depend on what was loaded before. */
  load(files: FileMap, options?: LoadOptions): LoadedLab;
  /** What the last load found to be correct, for the loader of a later process. */
  proofs(): LabProofs;
}

/**
 * For a process that loads a lab after each change. It stores the results of the last load, about as much as the lab
 * itself, and renders a dictionary again only if it failed, or if it or something that it uses has changed.
 * @param proofs proofs from an earlier process with the same build of lavaflow
 */
export function createLabLoader(proofs?: LabProofs): LabLoader {
  const memory = createMemory(proofs);
  const { texts, facts, parsed, renderings } = memory;
  return {
    load(files, options = {}) {
      for (const kept of [texts, facts, parsed, renderings]) kept.beginLoad();
      return load(files, options, memory);
    },
    proofs: () => proofsOf(parsed, renderings),
  };
}

/**
 * Reads a lab: checks every file and reference, renders every dictionary, and returns the desired state of each master.
 * Whatever the files contain, it returns findings and does not throw. An object whose files have errors is in `blocked`
 * of its master; all others are in `objects`.
 */
export function loadLab(files: FileMap, options: LoadOptions = {}): LoadedLab {
  return load(files, options, createMemory());
}

function load(files: FileMap, options: LoadOptions, memory: LabMemory): LoadedLab {
  const report = new Report();
  const tree = sortIntoTree(readFiles(files, report, memory));
  const labFile = readLabFile(tree, report);
  reportDuplicateNames(tree, report);
  const sites = readSites(tree, report);
  const workers = readWorkers(tree, report);
  const deviceTypes = readDeviceTypes(tree, report);
  const devices = readDevices(tree, report, memory);
  const healthChecks = readHealthChecks(tree, devices, report);
  const policy = policyOf(labFile?.value ?? { kind: 'Lab', name: '' });
  const masters = readMasters(tree, policy, report);
  const shipped = options.shipped ?? shippedTemplates;
  reportReferences(
    { tree, workers, deviceTypes, devices, masters, shipped, sources: options.templates },
    report,
  );
  reportShadowedTemplates(tree, deviceTypes, labFile, shipped, report);
  const namespace = namespaceOf(tree, options.templates ?? new Map(), memory);
  const chains = readChains(namespace, shipped, report);
  reportTypesNotExtended({ tree, devices }, namespace, chains, report);
  reportCopiedHardware(devices, tree, memory, report);
  const work: RenderWork = { tree, namespace, devices, chains, memory };
  const facts = new ChainFacts(allFactsOf(memory, namespace));
  reportUnusedVariables(work, facts, report);
  const rendered = reportRendering(work, facts, report);
  reportStrayText(work, report);
  const sources = sourcesIn(namespace, options.templates ?? new Map());
  const parts: LabParts = { tree, workers, deviceTypes, healthChecks, devices, chains, sources, report };
  reportPathRules(masters, labFile?.tree ?? null, parts, report);
  const ruled = options.rules === undefined ? masters : underRules(masters, options.rules);
  const desired = new Map([...ruled].map(([name, master]) => [name, desiredMaster(master, parts)]));
  const outcome = { findings: report.findings, broken: report.broken, rendered };
  if (labFile === null || masters.size === 0) return { lab: null, ...outcome };
  const { name, contacts } = labFile.value;
  const lab: Lab = {
    name,
    contacts: contacts ?? [],
    policy: options.rules?.policy ?? policy,
    sites,
    masters: ruled,
    desired,
  };
  return { lab, ...outcome };
}
