import { formatProblem } from '../../job/index.js';
import type { DefinitionProblem } from './definition.js';

/** Formats all problems of a definition, one per line. */
export function problemText(problems: readonly DefinitionProblem[]): string {
  return problems.map(formatProblem).join('\n');
}
