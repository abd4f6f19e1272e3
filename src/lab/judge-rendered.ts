import type { Finding } from '../diagnostics/index.js';
import { isPlainMapping } from './plain-mapping.js';
import { Report } from './report.js';
import { readYaml } from './yaml-tree.js';

/** What is wrong with a rendered text: it is YAML but no mapping, or the first error of its YAML. */
export type RenderedProblem = 'not-a-mapping' | Finding;

/**
 * LAVA reads what is rendered with PyYAML, and takes only a mapping for a device configuration.
 * @returns null when all is well
 */
export function judgeRendered(text: string): RenderedProblem | null {
  if (isPlainMapping(text)) return null;
  const scratch = new Report();
  const tree = readYaml('rendered', text, 'rendered', scratch);
  const isMapping =
    tree !== null && tree.value !== null && typeof tree.value === 'object' && !Array.isArray(tree.value);
  if (isMapping) return null;
  return scratch.findings[0] ?? 'not-a-mapping';
}
