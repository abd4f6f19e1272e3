import { distance } from './time.js';

/**
 * What the browser runs. It asks for the page again every few seconds and replaces what has changed. Ages are counted by the
 * clock of the controller, as its last response showed it, so the clock of the browser may be wrong. When no response arrives,
 * the page shows that, and since when.
 *
 * live -> lost: a request failed, or the last response is `lostAfterMs` old
 * lost -> live: a response arrived
 */
export const script = `'use strict';
(() => {
const distance = ${distance.toString()};
const pollMs = 3000, hiddenPollMs = 30000, mostPollMs = 15000, timeoutMs = 10000, lostAfterMs = 20000;
const root = document.documentElement;
const { build } = root.dataset;
const connection = document.getElementById('connection');
let version = '';
let failures = 0;
let isPolling = false;
let timer;
/** The last response: its time by the clock of the controller, and by two of our own. */
let seen = { serverMs: Date.parse(root.dataset.now), wallMs: Date.now(), steadyMs: performance.now() };
let pageTitle = document.title;

/** One of our clocks may be set back or pause in sleep; a status that looks too old is better than one that looks too new. */
function sinceSeenMs() {
  return Math.max(Date.now() - seen.wallMs, performance.now() - seen.steadyMs, 0);
}

function see(serverMs) {
  seen = { serverMs, wallMs: Date.now(), steadyMs: performance.now() };
  failures = 0;
}

function show() {
  const nowMs = seen.serverMs + sinceSeenMs();
  for (const element of document.querySelectorAll('[data-age]')) {
    const text = distance(nowMs - Date.parse(element.dataset.age));
    if (element.textContent !== text) element.textContent = text;
  }
  const isLost = failures > 0 || sinceSeenMs() > lostAfterMs;
  const wasLost = root.classList.contains('lost');
  if (isLost) {
    if (!wasLost) {
      connection.innerHTML = '<strong>No connection to the controller</strong> since <span></span>. Everything below is what it reported then.';
      root.classList.add('lost');
    }
    const since = new Date(seen.serverMs).toISOString().slice(11, 19) + ' UTC';
    connection.querySelector('span').textContent = since + ' (' + distance(sinceSeenMs()) + ')';
  } else if (wasLost) {
    connection.replaceChildren();
    root.classList.remove('lost');
  }
  const wanted = (isLost ? '(no connection) ' : '') + pageTitle;
  if (document.title !== wanted) document.title = wanted;
}

/** Without what changes on this side: ages, and what a person has opened. */
function keyOf(element) {
  const copy = element.cloneNode(true);
  for (const age of copy.querySelectorAll('[data-age]')) age.textContent = '';
  return copy.outerHTML;
}

const keys = new WeakMap();
function remember(parent) {
  for (const part of parent.children) {
    if (part.hasAttribute('data-parts')) remember(part);
    else keys.set(part, keyOf(part));
  }
}

/** Makes the parts of one element those of another. A part that is the same stays, with what is open, selected and focused in it. */
function update(parent, next) {
  const parts = [...next.children];
  parts.forEach((part, index) => {
    const old = [...parent.children].find(({ id }) => id === part.id);
    const current = parent.children[index] ?? null;
    if (old === undefined) {
      keys.set(part, keyOf(part));
      parent.insertBefore(part, current);
      return;
    }
    if (old !== current) parent.insertBefore(old, current);
    if (part.hasAttribute('data-parts')) update(old, part);
    else replace(old, part);
  });
  while (parent.children.length > parts.length) parent.lastElementChild.remove();
}

function replace(old, part) {
  const key = keyOf(part);
  if (keys.get(old) === key) return;
  keys.set(old, key);
  const folds = new Map([...old.querySelectorAll('details')].map((fold) => [fold.id, fold.open]));
  for (const fold of part.querySelectorAll('details')) fold.open = folds.get(fold.id) ?? fold.open;
  for (const { name, value } of part.attributes) old.setAttribute(name, value);
  old.replaceChildren(...part.childNodes);
}

async function read() {
  const response = await fetch('./', {
    cache: 'no-store',
    headers: version === '' ? {} : { 'If-None-Match': version },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status === 304) {
    see(Date.parse(response.headers.get('date')));
    return;
  }
  if (!response.ok) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const { build: newBuild, now } = page.documentElement.dataset;
  if (newBuild === undefined) throw new Error('not the status page');
  if (newBuild !== build) {
    location.reload();
    return;
  }
  // An element that moves loses the focus, too.
  const focused = document.activeElement?.closest('main details')?.id;
  update(document.querySelector('main'), page.querySelector('main'));
  const fold = focused === undefined ? null : document.getElementById(focused);
  if (fold !== null && !fold.contains(document.activeElement)) fold.querySelector('summary').focus();
  pageTitle = page.title;
  version = response.headers.get('etag') ?? '';
  see(Date.parse(now));
}

async function poll() {
  if (isPolling) return;
  isPolling = true;
  clearTimeout(timer);
  try {
    await read();
  } catch {
    failures += 1;
  }
  isPolling = false;
  show();
  const delayMs = document.hidden ? hiddenPollMs : Math.min(pollMs * Math.max(1, failures), mostPollMs);
  timer = setTimeout(poll, delayMs * (0.8 + 0.4 * Math.random()));
}

remember(document.querySelector('main'));
root.classList.add('is-live');
setInterval(show, 1000);
document.addEventListener('visibilitychange', () => { if (!document.hidden) poll(); });
addEventListener('online', poll);
addEventListener('pageshow', ({ persisted }) => { if (persisted) poll(); });
poll();
})();
`;
