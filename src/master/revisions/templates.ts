import {
  findHealthCheck,
  findTemplate,
  saveHealthCheck,
  saveTemplate,
} from '../store/configuration/templates.js';
import type { Application } from './application.js';
import { presenceProblem, wanted } from './presence.js';
import type { RequestedChange } from './request.js';

/** Templates and health checks: a name and a text. Both a deletion and the text `null` remove the row. */
export async function applyTemplate(
  application: Application,
  change: RequestedChange,
): Promise<string | null> {
  const { tx, revisionId } = application;
  const { name } = change;
  if (change.kind === 'template') {
    const present = await findTemplate(tx, name);
    const problem = presenceProblem(application, change, present !== undefined);
    if (problem !== null) return problem;
    const text = change.verb === 'delete' ? null : wanted(change, 'text', present?.text ?? null);
    await saveTemplate(tx, name, text === null ? null : { name, text, revisionId });
    return null;
  }
  const present = await findHealthCheck(tx, name);
  const problem = presenceProblem(application, change, present !== undefined);
  if (problem !== null) return problem;
  const job = change.verb === 'delete' ? null : wanted(change, 'job', present?.job ?? null);
  await saveHealthCheck(tx, name, job === null ? null : { name, job, revisionId });
  return null;
}
