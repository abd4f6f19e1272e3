import { formatProblem } from '../../job/index.js';
import type { DefinitionProblem } from './definition.js';

/** Formats all problems of a definition, one per line, with their hints. */
export function problemText(problems: readonly DefinitionProblem[]): string {
  return problems.map(describeProblem).join('\n');
}

function describeProblem(problem: DefinitionProblem): string {
  const text = formatProblem(problem);
  return problem.hint === undefined ? text : `${text}. ${problem.hint}`;
}
