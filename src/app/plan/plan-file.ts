import { readFileSync, statSync, writeFileSync } from 'node:fs';

import { ExternalError, reasonOf, UsageError } from '../../diagnostics/index.js';
import { replaceFileSync } from '../../host/index.js';
import { planFromJson, planToJson, type Plan } from '../../plan/index.js';

/**
 * Writes a plan for a later apply, readable by its owner alone: it contains texts of the lab and the master unmasked.
 * @throws ExternalError
 */
export function writePlanFile(file: string, plan: Plan): void {
  const text = `${JSON.stringify(planToJson(plan))}\n`;
  try {
    // Do not replace a pipe or `/dev/stdout`.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) writeFileSync(file, text);
    else replaceFileSync(file, text);
  } catch (cause) {
    const why = reasonOf(cause);
    throw new ExternalError({ what: 'write the plan', where: file, why, retry: 'after-change', cause });
  }
}

/**
 * @throws UsageError when the file does not contain a plan
 * @throws ExternalError when it cannot be read
 */
export function readPlanFile(file: string): Plan {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = reasonOf(error);
    throw new ExternalError({ what: 'read the plan', where: file, why, retry: 'after-change', cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not a plan`, 'Create one with lavaflow plan --out FILE.');
  }
  return planFromJson(value);
}
