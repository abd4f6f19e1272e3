/** Turns the files of a lab repo into the desired state of each master, or into the findings that prevent it. */
import type { Finding } from '../diagnostics/index.js';
import type { Lab } from '../model/index.js';
import { reportAliases } from './aliases.js';
import { desiredMaster } from './desired.js';
import type { LabParts } from './lab-parts.js';
import { ChainFacts, fileNameOf, shippedTemplates } from '../templates/index.js';
import { allFactsOf, createMemory, factsOf, type LabMemory } from './memory.js';
import { proofsOf, type LabProofs } from './proofs.js';
import { namespaceOf, sourcesIn, type SourceTemplates } from './templates/namespace.js';
import { policyOf, readLabFile, readMasters, readSites } from './config/read-config.js';
import { underRules, type LabRules } from './config/rules.js';
import { isSecretSource, placeOfSource, reportSources, type SourceProblem } from './config/sources.js';
import { readDeviceTypes } from './config/read-device-types.js';
import { readGroups } from './config/read-groups.js';
import { readDevices } from './devices/read-dictionaries.js';
import { reportCutTexts } from './yaml/report-cut.js';
import { reportMissingCommas } from './devices/report-commas.js';
import { reportRepeatedKeys } from './devices/report-repeated-keys.js';
import { readFiles } from './files/read-files.js';
import type { LabHardware } from './hardware/claim.js';
import { hardwareOf } from './hardware/lab-hardware.js';
import { reportSharedHardware } from './hardware/report-shared.js';
import type { FindUnsupported } from './config/check-health-check.js';
import { reportGroupReferences } from './group-references.js';
import { readHealthChecks } from './config/read-health-checks.js';
import { readWorkers } from './config/read-workers.js';
import { reportPathRules } from './path-rules/path-rules.js';
import { reportReferences, reportTypesNotExtended } from './references.js';
import { reportShadowedTemplates } from './templates/report-shadowed.js';
import { nothingReached, reachOf, type LabReach } from './reach.js';
import { Report } from './report.js';
import type { FileMap } from './snapshot.js';
import { knownRenderings, reportRendering } from './rendering/render.js';
import { labReleases } from './rendering/releases.js';
import { reportStrayText } from './rendering/report-stray.js';
import type { RenderWork } from './rendering/render-work.js';
import { readChains } from './templates/read-chains.js';
import { reportUnquoted } from './rendering/report-unquoted.js';
import { reportUnusedVariables } from './rendering/report-unused.js';
import { reportSigners } from './signers/read-signers.js';
import { reportDuplicateNames, reportHidingDevices, sortIntoTree, type LabTree } from './files/tree.js';

export interface LoadOptions {
  /**
   * Templates of the lab's deviceTypeSources by file name (`base.jinja2`), fetched by the caller; see
   * deviceTypeSourcesOf.
   */
  readonly templates?: SourceTemplates;
  /**
   * Sources that could not be read. Then the lab is null, and nothing is reported about templates and types that they
   * may have: what could not be read is not missing.
   */
  readonly sourceProblems?: readonly SourceProblem[];
  /** The directory of dictionaries in LAVA's own layout, if the repository has that instead of device-dictionaries. */
  readonly lavaLayout?: string | null;
  /** Names (without .jinja2) of the templates that the masters ship. Default: those of LAVA 2023.01. */
  readonly shipped?: ReadonlySet<string>;
  /** What the executor of an embedded master cannot run. Default: nothing is reported about it. */
  readonly findUnsupported?: FindUnsupported;
  /** Rules that apply instead of the lab's own. Findings refer to the lab's own. */
  readonly rules?: LabRules;
  /**
   * Render no dictionaries: that is most of the work. What only rendering finds is then not reported, and blocks
   * nothing.
   */
  readonly withoutRendering?: boolean;
}

export interface LoadedLab {
  /** null only if lab.yaml or a source of templates is missing or unusable, or no master can be read. */
  readonly lab: Lab | null;
  /** All findings, sorted. */
  readonly findings: readonly Finding[];
  /** Files with errors, and the codes of these errors. What depends on these files is blocked. */
  readonly broken: ReadonlyMap<string, readonly string[]>;
  /**
   * How many dictionaries were rendered. The others are unchanged since the previous load, or could not be rendered.
   */
  readonly rendered: number;
  /** How far a change of one of its files reaches. */
  readonly reach: LabReach;
  /** The hardware that each device claims. */
  readonly hardware: LabHardware;
}

/** Loads one lab repeatedly, and does not repeat work for what has not changed between two loads. */
export interface LabLoader {
  /** Same as {@link loadLab}: the result does not depend on what was loaded before. */
  load(files: FileMap, options?: LoadOptions): LoadedLab;
  /** As `load`, for a caller that lets others work between the steps. */
  loadInSteps(files: FileMap, options?: LoadOptions): Generator<undefined, LoadedLab>;
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
  function loadInSteps(files: FileMap, options: LoadOptions = {}): Generator<undefined, LoadedLab> {
    for (const kept of [texts, facts]) kept.beginLoad();
    // What such a load does not use is still useful for the one after it.
    if (options.withoutRendering !== true) for (const kept of [parsed, renderings]) kept.beginLoad();
    return load(files, options, memory);
  }
  return {
    load: (files, options) => lastOf(loadInSteps(files, options)),
    loadInSteps,
    proofs: () => proofsOf(parsed, renderings),
  };
}

/**
 * Reads a lab: checks every file and reference, renders every dictionary, and returns the desired state of each master.
 * Whatever the files contain, it returns findings and does not throw. An object whose files have errors is in `blocked`
 * of its master; all others are in `objects`.
 */
export function loadLab(files: FileMap, options: LoadOptions = {}): LoadedLab {
  return lastOf(load(files, options, createMemory()));
}

function lastOf<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The facts of dictionaries take most of the time that reading devices does; nothing else interrupts them. */
function* readFacts(tree: LabTree, memory: LabMemory): Generator<undefined, void> {
  const filesPerStep = 100;
  for (const [index, { path, text }] of [...tree.dictionaries.values()].entries()) {
    if (text !== null) factsOf(memory, path, text);
    if (index % filesPerStep === 0) yield;
  }
}

/** Yields between steps that take up to a tenth of the time each. */
function* load(files: FileMap, options: LoadOptions, memory: LabMemory): Generator<undefined, LoadedLab> {
  const report = new Report();
  const tree = sortIntoTree(readFiles(files, report, memory));
  yield;
  const labFile = readLabFile(tree, report, options.lavaLayout ?? null);
  if (tree.lab === null && options.lavaLayout != null) {
    return {
      lab: null,
      findings: report.findings,
      broken: report.broken,
      rendered: 0,
      reach: nothingReached,
      hardware: new Map(),
    };
  }
  const sourced: SourceTemplates = options.templates ?? new Map();
  const sourceProblems = options.sourceProblems ?? [];
  reportSources(labFile, sourceProblems, report);
  const hasAllSources =
    (labFile !== null || tree.lab === null) &&
    sourceProblems.length === 0 &&
    !labFile?.value.deviceTypeSources?.some(isSecretSource);
  const sourceOf = new Map([...sourced.values()].map(({ file, source }) => [file, source ?? 0]));
  report.placeOutside = (file) => placeOfSource(labFile, sourceOf.get(file) ?? 0);
  reportSigners(tree, labFile, report);
  reportDuplicateNames(tree, report);
  const sites = readSites(tree, report);
  yield;
  const groups = readGroups(tree, report);
  const workers = readWorkers(tree, report);
  yield;
  const deviceTypes = readDeviceTypes(tree, report);
  reportCutTexts(tree, report);
  yield* readFacts(tree, memory);
  reportMissingCommas(tree, memory, report);
  reportRepeatedKeys(tree, memory, report);
  const devices = readDevices(tree, report, memory);
  yield;
  const policy = policyOf(labFile?.value ?? { kind: 'Lab', name: '' });
  const masters = readMasters(tree, policy, report);
  const findUnsupported = options.findUnsupported ?? (() => []);
  const healthChecks = readHealthChecks(
    { tree, deviceTypes, devices, workers, masters, findUnsupported },
    report,
  );
  const shipped = options.shipped ?? shippedTemplates;
  yield;
  reportReferences(
    { tree, workers, deviceTypes, devices, masters, shipped, sources: sourced, hasAllSources },
    report,
  );
  reportAliases({ tree, deviceTypes, devices }, report);
  reportShadowedTemplates(tree, deviceTypes, labFile, shipped, report);
  yield;
  const namespace = namespaceOf(tree, sourced, memory);
  yield;
  const isTemplate = (name: string) => shipped.has(name) || sourced.has(fileNameOf(name));
  const hiding = reportHidingDevices(tree, isTemplate, report);
  const chains = readChains(namespace, { shipped, hasAllSources, hiding }, report);
  reportTypesNotExtended({ tree, devices }, namespace, chains, report);
  yield;
  const releases = labReleases(masters, { tree, workers });
  const work: RenderWork = { tree, namespace, devices, chains, memory, releases };
  const facts = new ChainFacts(allFactsOf(memory, namespace));
  yield;
  reportUnusedVariables(work, facts, report);
  yield;
  const rendered =
    options.withoutRendering === true ? knownRenderings(work) : yield* reportRendering(work, facts, report);
  yield;
  const hardware = hardwareOf({ tree, devices, workers, memory }, rendered.claims);
  reportSharedHardware({ tree, devices, memory, hardware }, report);
  reportStrayText(work, report);
  reportUnquoted(work, report);
  const sources = sourcesIn(namespace, sourced);
  const parts: LabParts = {
    tree,
    sites,
    groups,
    workers,
    deviceTypes,
    healthChecks,
    devices,
    chains,
    sources,
    report,
  };
  reportGroupReferences(parts, report);
  reportPathRules(masters, labFile?.tree ?? null, parts, report);
  yield;
  const ruled = options.rules === undefined ? masters : underRules(masters, options.rules);
  const desired = new Map([...ruled].map(([name, master]) => [name, desiredMaster(master, parts)]));
  const reach = reachOf({ devices, workers, chains, namespace });
  const outcome = {
    findings: report.findings,
    broken: report.broken,
    rendered: rendered.count,
    reach,
    hardware,
  };
  if (labFile === null || masters.size === 0 || !hasAllSources) return { lab: null, ...outcome };
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
