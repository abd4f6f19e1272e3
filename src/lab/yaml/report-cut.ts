import { findCutTexts } from '../../pyyaml/index.js';
import type { TextFile } from '../files/read-files.js';
import type { LabTree } from '../files/tree.js';
import { placeAt } from '../place.js';
import { cutMessage } from './cut-message.js';
import type { Report } from '../report.js';

/** Warns about values of YAML files that YAML cuts off at ` #`, such as `description: outlet #3`. */
export function reportCutTexts(tree: LabTree, report: Report): void {
  for (const { path, text } of yamlFilesOf(tree)) {
    if (text === null || unreadable.some((code) => report.hasError(path, code))) continue;
    for (const { at, value, rest } of findCutTexts(text)) {
      if (report.isFull(path)) break;
      report.warn('text-cut-off', placeAt(path, text, at), cutMessage(value, rest), hint);
    }
  }
}

/** YAML does not read these files as they were meant. */
const unreadable = ['yaml-syntax', 'yaml-too-complex'] as const;

const hint = 'Put the whole value in quotes, or write a blank after the # of a comment.';

function* yamlFilesOf(tree: LabTree): Generator<TextFile> {
  if (tree.lab !== null) yield tree.lab;
  for (const group of [tree.masters, tree.sites, tree.deviceTypes, tree.healthChecks, tree.devices])
    yield* group.values();
  for (const { parts } of tree.workers.values()) {
    for (const [part, file] of parts) if (part !== 'certificate') yield file;
  }
}
