/** The page that an operator keeps open: the status of the controller, from the most urgent to the least. */
import { createHash } from 'node:crypto';
import type { ControllerStatus } from '../controller/index.js';
import { badge } from './badge.js';
import { findingsSection, countsOf } from './findings.js';
import { html, type Html } from './html.js';
import { judgeMasters, labLevels, type JudgedMaster } from './judge.js';
import { count } from './list.js';
import { masterItem, mostDriftListed } from './masters.js';
import { othersOf } from './others.js';
import { revision } from './revision.js';
import { script } from './script.js';
import { style } from './style.js';
import { time } from './time.js';

/** Without JavaScript, the browser loads the page again. */
const reloadAfterS = 30;

const known: readonly (keyof ControllerStatus)[] = [
  ...(['repository', 'state', 'since', 'revision', 'findings', 'error', 'schedule', 'masters'] as const),
  ...(['leading', 'leader'] as const),
];

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M8 1l6 13H2z" fill="#c2410c"/><path d="M8 1l2.3 5-1.2 1.5L8 6.4 6.9 7.5 5.7 6z" fill="#fbbf24"/></svg>`;

/** What the page loads, by path. */
export const statusPageFiles: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  '/status.css': { type: 'text/css; charset=utf-8', text: style },
  '/status.js': { type: 'text/javascript; charset=utf-8', text: script },
  '/status.svg': { type: 'image/svg+xml', text: icon },
};

/** Another lavaflow has another page: the browser then loads all of it. */
const build = createHash('sha256').update(JSON.stringify(statusPageFiles)).digest('hex').slice(0, 16);

/** The same text as long as the page would show the same, except for how long ago something was. */
export function statusPageVersion(status: ControllerStatus, now: Date): string {
  const late = judgeMasters(status, now).map(({ isLate }) => isLate);
  return createHash('sha256')
    .update(JSON.stringify([build, status, late]))
    .digest('hex')
    .slice(0, 32);
}

/** @param now by the clock that the times in the status are from */
export function statusPage(status: ControllerStatus, now: Date): string {
  const masters = judgeMasters(status, now);
  const problems = problemsOf(status, masters);
  const title = `${problems.length === 0 ? '' : '⚠ '}${nameOf(status)} · lavaflow`;
  return html`<!doctype html>
    <html lang="en" data-build="${build}" data-now="${now.toISOString()}">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href="status.css" />
        <link rel="icon" href="status.svg" type="image/svg+xml" />
        <script src="status.js" defer></script>
        <noscript><meta http-equiv="refresh" content="${reloadAfterS}" /></noscript>
      </head>
      <body>
        <div id="connection" role="alert"></div>
        <p id="not-live" role="note">
          This page does not update: it shows the status of ${exact(now)}. Load it again.
        </p>
        <main data-parts>
          ${header(status, now)} ${verdict(problems, masters, status)} ${findingsSection(status.findings)}
          ${others(status, now)} ${mastersSection(status, masters, now)}
        </main>
        <footer>
          <p>
            Times are those of the controller. <span class="live">Updates by itself.</span
            ><noscript
              >Without JavaScript, this page is loaded again every ${reloadAfterS} s. It shows the status of
              ${exact(now)}.</noscript
            >
          </p>
          <p><a href="status.json">status.json</a> · <a href="metrics">metrics</a></p>
        </footer>
      </body>
    </html> `.markup;
}

function exact(now: Date): string {
  return `${now.toISOString().slice(0, 10)} ${now.toISOString().slice(11, 19)} UTC`;
}

/** The last part of the repository's path or address. */
function nameOf({ repository }: ControllerStatus): string {
  return /([^/]+?)(?:\.git)?\/*$/.exec(repository)?.[1] ?? repository;
}

function header(status: ControllerStatus, now: Date): Html {
  const { repository, state, since, revision: desired, error, schedule } = status;
  return html`<header id="lab">
    <h1>${nameOf(status)}</h1>
    <dl>
      <div>
        <dt>lab</dt>
        <dd>${badge(labLevels[state], state)} ${time(since, now)}</dd>
      </div>
      <div>
        <dt>desired revision</dt>
        <dd>${revision(desired)}</dd>
      </div>
      <div>
        <dt>compared</dt>
        <dd>${time(schedule.lastAt, now)}</dd>
      </div>
      <div>
        <dt>compares again</dt>
        <dd>${schedule.nextAt === null ? html`never` : time(schedule.nextAt, now)}</dd>
      </div>
      <div class="wide">
        <dt>repository</dt>
        <dd><code>${repository}</code></dd>
      </div>
    </dl>
    ${error === null ? null : html`<p class="error">${error.message}</p>`}
  </header>`;
}

/** One entry for each kind of problem. */
function problemsOf({ state, findings }: ControllerStatus, masters: readonly JudgedMaster[]): string[] {
  const lab = {
    reading: [],
    ok: [],
    invalid: [`The lab has ${countsOf(findings.filter(({ severity }) => severity === 'error'))}`],
    unusable: ['The lab cannot be used: every master keeps its state'],
    unreadable: ['The lab cannot be read: every master keeps its state'],
    following: [],
  }[state];
  const urgent = masters.filter(({ why }) => why.length > 0);
  if (urgent.length === 0) return lab;
  const kinds = [...new Set(urgent.flatMap(({ why }) => why))].map((kind) => {
    const number = urgent.filter(({ why }) => why.includes(kind)).length;
    return `${number} ${kind}`;
  });
  const verb = urgent.length === 1 ? 'needs' : 'need';
  return [
    ...lab,
    `${urgent.length} of ${count(masters.length, 'master')} ${verb} attention: ${kinds.join(', ')}`,
  ];
}

function verdict(
  problems: readonly string[],
  masters: readonly JudgedMaster[],
  { state, leader }: ControllerStatus,
): Html {
  const good =
    state === 'reading'
      ? 'The lab is being read'
      : state === 'following'
        ? `Another controller leads: ${leader?.holder ?? 'it is not known which one'}. Its page shows the masters`
        : masters.length === 0
          ? 'The lab has no masters'
          : `All is well: ${count(masters.length, 'master')}`;
  const shown = problems.length === 0 ? [good] : problems;
  return html`<div id="verdict" class="${problems.length === 0 ? 'good' : 'bad'}" role="status">
    ${shown.map((text) => html`<p>${text}</p>`)}
  </div>`;
}

function others(status: ControllerStatus, now: Date): readonly Html[] {
  return othersOf(status, known, now).map(
    ({ title, content }, index) =>
      html`<section id="other-${index}" aria-labelledby="other-${index}-title">
        <h2 id="other-${index}-title">${title}</h2>
        ${content}
      </section> `,
  );
}

function mastersSection(status: ControllerStatus, masters: readonly JudgedMaster[], now: Date): Html {
  let left = mostDriftListed;
  const items = masters.map((master) => {
    const item = masterItem(master, status, left, now);
    left = Math.max(0, left - master.status.drift.length);
    return item;
  });
  return html`<section id="masters" data-parts aria-labelledby="masters-title">
    <h2 id="masters-title">Masters</h2>
    ${items}
  </section>`;
}
