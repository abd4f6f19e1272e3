import { formatDriftMarkdown, verdictOfDrift, type Drift } from '../plan/index.js';
import { formatRequests, type DriftMemo } from './drift-requests.js';

/** What an issue about the drift of one master has to be. */
export interface DriftIssue {
  /**
   * - `open`: something drifted that mode `observe` does not cover, or nobody adopted;
   * - `closed`: nothing did;
   * - `as it is`: nobody knows, because a part of the master could not be read or the lab has errors.
   */
  readonly state: 'open' | 'closed' | 'as it is';
  /** The start of the body, by which it is found again. No two masters share one. */
  readonly marker: string;
  readonly title: string;
  /** Markdown, at most 65,536 characters. */
  readonly body: string;
  /** Logins; teams cannot be assigned. */
  readonly assignees: readonly string[];
}

/** The start of the body of the issue about a master. */
export function driftMarker(master: string): string {
  return `<!-- lavaflow drift ${encodeURIComponent(master).replaceAll('-', '%2D')} -->`;
}

/** What GitHub accepts in the body of an issue, without the lines around the report. */
const longestReport = 60_000;
/** What GitHub accepts. */
const mostAssignees = 10;

/**
 * @param owners GitHub users (`@user`) and teams (`@org/team`) that are told about it
 * @param secrets masked
 */
export function driftIssue(
  drift: Drift,
  about: {
    readonly owners: readonly string[];
    readonly secrets: readonly string[];
    /** Whether the lab has errors, so that what depends on them was not compared. */
    readonly hasErrors: boolean;
    /** What became of requests of people. */
    readonly memo: DriftMemo;
  },
): DriftIssue {
  const { master } = drift.plan;
  const marker = driftMarker(master);
  const owners = about.owners.filter((owner) => /^@[\w.-]+(\/[\w.-]+)?$/.test(owner));
  const state = driftIssueState(drift, about.hasErrors);
  const told = owners.length === 0 ? [] : [`Owners: ${owners.join(', ')}`, ''];
  const lines = [
    ...(state === 'closed' ? ['Nothing drifts any more.', ''] : []),
    ...formatRequests(about.memo, state !== 'closed'),
    ...(state === 'closed' ? [] : ['This issue is updated, and closed when nothing drifts any more.', '']),
  ];
  const report = formatDriftMarkdown(drift, { secrets: about.secrets, maxLength: longestReport });
  return {
    state,
    marker,
    title: `Drift on ${master}`,
    body: [marker, report, ...lines, ...told].join('\n'),
    assignees: owners
      .filter((owner) => !owner.includes('/'))
      .map((owner) => owner.slice(1))
      .slice(0, mostAssignees),
  };
}

/** @param hasErrors whether the lab has errors */
export function driftIssueState({ plan }: Pick<Drift, 'plan'>, hasErrors: boolean): DriftIssue['state'] {
  const { code } = verdictOfDrift(plan);
  if (code === 5) return 'open';
  return code === 1 || hasErrors ? 'as it is' : 'closed';
}
