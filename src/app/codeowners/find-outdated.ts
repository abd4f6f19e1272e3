import { hasErrors, type Finding } from '../../diagnostics/index.js';
import { findTop, readFirst } from '../../git/index.js';
import { readRules } from '../../lab/index.js';
import type { LabReading } from '../lab/index.js';
import { codeownersPlaces, mostBytes } from './places.js';

/**
 * Reports that the CODEOWNERS file that GitHub uses was generated from another state of the lab. One that was written by
 * hand is left alone, and so is everything while the lab has errors, because its owners may be unknown.
 * @param revision a commit, or null for the working tree
 * @throws ExternalError
 */
export async function findOutdatedCodeowners(
  lab: string,
  revision: string | null,
  { files, reach, findings }: LabReading,
): Promise<Finding[]> {
  if (hasErrors(findings)) return [];
  const top = await findTop(lab);
  const found = await readFirst(top, revision, codeownersPlaces, mostBytes);
  if (found?.text == null) return [];
  // Most labs do not have one, and need not wait for this code.
  const { codeownersText, isGeneratedCodeowners } = await import('../../review/index.js');
  if (!isGeneratedCodeowners(found.text)) return [];
  const rules = readRules(files);
  if (rules === null) return [];
  const wanted = codeownersText({ files: files.keys(), reach, rules, prefix: top.prefix });
  if (wanted === found.text) return [];
  const up = top.prefix.replaceAll(/[^/]+\//g, '../');
  return [
    {
      code: 'codeowners-outdated',
      severity: 'warning',
      place: { file: `${up}${found.path}`, line: firstDifference(found.text, wanted) },
      message: 'this file is out of date: from this line on, it is not what the lab specifies',
      hint: 'Run lavaflow codeowners.',
    },
  ];
}

/** The number of the first line that differs, or of the last one. */
function firstDifference(text: string, wanted: string): number {
  const [lines, others] = [text.split('\n'), wanted.split('\n')];
  const last = lines.length - (text.endsWith('\n') ? 1 : 0);
  const at = lines.findIndex((line, index) => line !== others[index]);
  return Math.max(1, at < 0 ? last : Math.min(at + 1, last));
}
