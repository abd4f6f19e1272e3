import { createHash } from 'node:crypto';
import type { ControllerStatus, MasterStatus } from '../controller/index.js';
import { badge } from './badge.js';
import { html, type Html } from './html.js';
import type { JudgedMaster } from './judge.js';
import { count, folded, list } from './list.js';
import { othersOf } from './others.js';
import { revision } from './revision.js';
import { time } from './time.js';

/** The drift that is listed on the whole page, so that its size has a limit. */
export const mostDriftListed = 1_000;
const mostDriftOfMaster = 200;
const mostProblems = 20;

const known: readonly (keyof MasterStatus)[] = [
  ...(['state', 'since', 'url', 'revision', 'lastApplied', 'unconfirmedSince', 'counts'] as const),
  ...([
    'drift',
    'driftSince',
    'contested',
    'problems',
    'error',
    'nextTryAt',
    'suspension',
    'waiting',
    'sight',
  ] as const),
];

/**
 * One master: a line of facts and, below it, what needs attention.
 * @param desired the revision of the lab that was read last
 * @param mostDrift how many objects to list at most
 */
export function masterItem(
  master: JudgedMaster,
  { revision: desired }: Pick<ControllerStatus, 'revision'>,
  mostDrift: number,
  now: Date,
): Html {
  const { name, status, level, why } = master;
  const isCalm = why.length === 0;
  const urgency = level === 'bad' ? 'bad' : 'warning';
  const id = `master-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  const { state, since, url } = status;
  return html`<article class="master ${isCalm ? level : urgency}" id="${id}" aria-labelledby="${id}-name">
    <div class="name">
      <h3 id="${id}-name">${name}</h3>
      ${url === null ? null : html`<span class="url">${url}</span>`}
    </div>
    <div class="state">${badge(level, state)} ${time(since, now)}</div>
    <dl class="revisions">
      <div>
        <dt>desired</dt>
        <dd>${revision(desired)}</dd>
      </div>
      <div>
        <dt>applied</dt>
        <dd>${applied(status, desired)}</dd>
      </div>
      <div>
        <dt>confirmed</dt>
        <dd>${confirmed(master, now)}</dd>
      </div>
      ${others(status, now)}
    </dl>
    ${details(master, id, mostDrift, now)}
  </article>`;
}

function applied({ lastApplied }: MasterStatus, desired: string | null): Html {
  if (lastApplied === null) return html`none yet`;
  const isOther = desired !== null && lastApplied.revision !== desired;
  return html`${revision(lastApplied.revision)}${isOther ? html` <strong>differs</strong>` : null}`;
}

function confirmed({ status: { lastApplied }, isLate }: JudgedMaster, now: Date): Html {
  const late = isLate ? html` <strong>late</strong>` : null;
  return html`${lastApplied === null ? html`never` : time(lastApplied.at, now)}${late}`;
}

function others(status: MasterStatus, now: Date): readonly Html[] {
  return othersOf(status, known, now).map(
    ({ title, content }) =>
      html`<div class="wide">
        <dt>${title}</dt>
        <dd>${content}</dd>
      </div>`,
  );
}

function details({ status }: JudgedMaster, id: string, mostDrift: number, now: Date): Html | null {
  const {
    state,
    revision: current,
    error,
    nextTryAt,
    problems,
    contested,
    drift,
    suspension,
    waiting,
  } = status;
  const parts = [
    state === 'reconciling' ? html`<p>Comparing with ${revision(current)}${changes(status)}</p>` : null,
    suspension === null
      ? null
      : html`<p>
          Suspended until ${time(suspension.until, now)} by ${suspension.owner}: ${suspension.reason}
        </p>`,
    state === 'off' ? html`<p>No address or no token is set. Nothing is tried.</p>` : null,
    error === null ? null : html`<p class="error">${error.message}</p>`,
    nextTryAt === null ? null : html`<p>Next try ${time(nextTryAt, now)}</p>`,
    state !== 'reconciling' && hasChanges(status) ? html`<p>Last plan${changes(status)}</p>` : null,
    problems.length === 0 ? null : listed(id, 'problems', count(problems.length, 'problem'), problems),
    contested.length === 0 ? null : listed(id, 'contested', `${contested.length} contested`, contested),
    waiting.length === 0
      ? null
      : listed(id, 'waiting', `${waiting.length} waiting for a maintenance window`, waiting),
    drift.length === 0 ? null : driftOf(status, id, Math.min(mostDrift, mostDriftOfMaster), now),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : html`<div class="details">${parts}</div>`;
}

function listed(id: string, part: string, title: string, sentences: readonly string[]): Html {
  const content = list(sentences, mostProblems, part, (sentence) => html`${sentence}`);
  return folded(`${id}-${part}`, html`${title}`, content, sentences.length <= 3);
}

function driftOf({ drift, driftSince }: MasterStatus, id: string, most: number, now: Date): Html {
  const [oldest] = Object.values(driftSince).sort();
  const since = oldest === undefined ? null : html`, the oldest ${time(oldest, now)}`;
  const content = list(drift, most, 'objects', (key) => {
    const at = driftSince[key];
    return html`<code>${key}</code> ${at === undefined ? null : time(at, now)}`;
  });
  const title = html`${count(drift.length, 'object')} changed on the master${since}`;
  return folded(`${id}-drift`, title, content, drift.length <= 5);
}

/** Nothing to do, or shown as drift. */
const quiet = ['keep', 'report'];

function hasChanges({ counts }: MasterStatus): boolean {
  return Object.entries(counts ?? {}).some(([verb, number]) => number > 0 && !quiet.includes(verb));
}

function changes({ counts }: MasterStatus): string {
  const shown = Object.entries(counts ?? {}).filter(([verb, number]) => number > 0 && !quiet.includes(verb));
  return shown.length === 0 ? '' : `: ${shown.map(([verb, number]) => `${number} to ${verb}`).join(', ')}`;
}
