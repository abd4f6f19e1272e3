import { stat } from 'node:fs/promises';

import { ExternalError, localFailure, UsageError } from '../../diagnostics/index.js';
import { readIfThere } from '../../host/index.js';
import {
  formatIncidentsMarkdown,
  formatIncidentsText,
  type ChannelStatus,
  type IncidentView,
} from '../../report/index.js';
import { placeOf } from '../state/index.js';
import type { ReportedStatus } from '../incidents/index.js';

/** What the controller of a lab last reported. */
export interface IncidentReport {
  /** When; ISO 8601, UTC. */
  readonly at: string;
  readonly repository: string;
  readonly revision: string | null;
  readonly incidents: readonly IncidentView[];
  readonly channels: readonly ChannelStatus[];
}

/**
 * Reads the status of the controller that runs, or ran, in this lab.
 * @throws UsageError when none has run
 * @throws ExternalError when its status cannot be read
 */
export async function readIncidentReport(lab: string): Promise<IncidentReport> {
  const file = placeOf(lab).state.status;
  let text: string | null;
  let at = '';
  try {
    text = await readIfThere(file);
    if (text !== null) at = (await stat(file)).mtime.toISOString();
  } catch (error) {
    throw localFailure(error, 'read the status of the controller', file);
  }
  if (text === null) {
    const hint = 'Start one with `lavaflow controller` or `lavaflow up`, or specify --lab DIR.';
    throw new UsageError('no controller has run in this lab', hint);
  }
  const status = parse(text);
  if (status?.incidents === undefined || status.channels === undefined) {
    throw new ExternalError({
      what: 'read the status of the controller',
      where: file,
      why: 'it contains no incidents',
      retry: 'after-change',
      hint: 'Start the controller of this version of lavaflow.',
    });
  }
  const { repository = lab, revision = null, incidents, channels } = status;
  return { at, repository, revision, incidents, channels };
}

function parse(text: string): Partial<ReportedStatus> | null {
  try {
    return JSON.parse(text) as Partial<ReportedStatus> | null;
  } catch {
    return null;
  }
}

/** The report for a terminal. */
export function formatReportText({ at, incidents, channels }: IncidentReport): string {
  const failing = channels.filter(({ state }) => state === 'failing');
  return [
    formatIncidentsText(incidents),
    ...failing.map(({ name, error, waiting }) => {
      const messages = waiting === 1 ? '1 message waits' : `${waiting} messages wait`;
      return `channel ${name} is failing, ${messages}: ${error ?? 'the reason is not known'}\n`;
    }),
    `as of ${at}\n`,
  ].join('\n');
}

export function formatReportMarkdown({ at, incidents }: IncidentReport): string {
  return `${formatIncidentsMarkdown(incidents)}\nAs of ${at}.\n`;
}
