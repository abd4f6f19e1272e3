import type { Place } from '../../diagnostics/index.js';
import { hasCredentials, readLabFile } from './read-config.js';
import { createMemory } from '../memory.js';
import { readFiles } from '../files/read-files.js';
import { Report } from '../report.js';
import type { FileMap } from '../snapshot.js';
import type { YamlTree } from '../yaml/yaml-tree.js';
import { sortIntoTree } from '../files/tree.js';

/** A place from which templates are fetched before the lab is loaded. */
export type DeviceTypeSource =
  /** Relative to the lab, or absolute. */
  | { readonly directory: string }
  /** `commit` is a full ID; `path` is the directory in the repository. */
  | { readonly git: string; readonly commit: string; readonly path: string };

/** Whether nothing may be fetched from this source: its URL contains credentials, which is a finding of its own. */
export function isSecretSource(source: { readonly git?: string | undefined } | DeviceTypeSource): boolean {
  return 'git' in source && source.git !== undefined && hasCredentials(source.git);
}

/** Why a source cannot be used. */
export interface SourceProblem {
  /** Its index in deviceTypeSources. */
  readonly index: number;
  readonly message: string;
  readonly hint: string;
}

/** Reports sources that cannot be used, at their places in lab.yaml. */
export function reportSources(
  lab: { readonly tree: YamlTree } | null,
  problems: readonly SourceProblem[],
  report: Report,
): void {
  for (const { index, message, hint } of problems) {
    report.error('template-source-unusable', placeOfSource(lab, index), message, hint);
  }
}

/** The place of a source in lab.yaml. */
export function placeOfSource(lab: { readonly tree: YamlTree } | null, index: number): Place {
  return lab?.tree.placeOf(['deviceTypeSources', index]) ?? { file: 'lab-config/lab.yaml' };
}

/** The deviceTypeSources of lab.yaml, in order: the first that has a template wins. Empty if lab.yaml is unusable. */
export function deviceTypeSourcesOf(files: FileMap): DeviceTypeSource[] {
  const labFile = files.get('lab-config/lab.yaml');
  if (labFile === undefined) return [];
  const report = new Report();
  const tree = sortIntoTree(readFiles(new Map([['lab-config/lab.yaml', labFile]]), report, createMemory()));
  const sources = readLabFile(tree, report)?.value.deviceTypeSources ?? [];
  return sources.flatMap((source): DeviceTypeSource[] => {
    if (source.directory !== undefined) return [{ directory: source.directory }];
    if (source.git === undefined || source.commit === undefined) return [];
    return [{ git: source.git, commit: source.commit, path: source.path ?? '' }];
  });
}
