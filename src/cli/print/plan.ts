import { formatPlanMarkdown, formatPlanText, planToJson, type Plan } from '../../plan/index.js';
import { hasColor, print, printJson } from '../output.js';

/** @param secrets masked in text and Markdown; JSON contains texts of the lab and the master unmasked */
export function printPlan(plan: Plan, format: string, secrets: readonly string[]): void {
  if (format === 'json') printJson(planToJson(plan));
  else if (format === 'markdown') print(formatPlanMarkdown(plan, { secrets }));
  else print(formatPlanText(plan, { color: hasColor, diffs: true, secrets }));
}
