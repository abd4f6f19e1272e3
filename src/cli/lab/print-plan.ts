import { formatPlanMarkdown, formatPlanText, planToJson, type Plan } from '../../plan/index.js';
import { hasColor, print, printJson } from '../output.js';

export function printPlan(plan: Plan, format: string): void {
  if (format === 'json') printJson(planToJson(plan));
  else if (format === 'markdown') print(formatPlanMarkdown(plan));
  else print(formatPlanText(plan, { color: hasColor, diffs: true }));
}
