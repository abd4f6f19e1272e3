import type { PlannedAction } from './action.js';

/**
 * Formats description.yaml: the actions of a job with their levels and timeouts, in the format that a LAVA master reads to
 * show the job's pipeline. It is JSON, which is valid YAML. Timeouts are in seconds.
 */
export function describeJob(actions: readonly PlannedAction[]): string {
  return `${JSON.stringify({ compatibility: 2, pipeline: actions.map(describeAction) })}\n`;
}

function describeAction(planned: PlannedAction): object {
  const { action } = planned;
  return {
    class: `lavaflow.${action.name}`,
    name: action.name,
    level: planned.level,
    max_retries: planned.maxTries,
    description: action.summary,
    summary: action.summary,
    timeout: Math.round(planned.timeoutMs / 1000),
    ...(planned.steps.length === 0 ? {} : { pipeline: planned.steps.map(describeAction) }),
  };
}
