import type { Release } from '../release.js';
import { pathsOf } from '../state/files.js';
import type { MasterState } from '../state/rows.js';
import type { Fault } from './fault.js';

/**
 * The state from which a lying read is answered: one without some objects, or an earlier one. Null without such a fault.
 * Read-only, because rows are shared with the true state.
 * @param before for `stale`
 */
export function shownState(
  faults: readonly Fault[],
  truth: MasterState,
  before: MasterState | null,
  release: Release,
): MasterState | null {
  let shown: MasterState | null = null;
  for (const fault of faults) {
    if (fault.kind === 'stale') shown = before ?? truth;
    if (fault.kind === 'hide') shown = without(shown ?? truth, new RegExp(fault.names ?? ''), release);
  }
  return shown;
}

/** The state without the named objects (such as `device/board-1`) and their files. */
function without(state: MasterState, names: RegExp, release: Release): MasterState {
  const isShown = (kind: string) => (name: string) => !names.test(`${kind}/${name}`);
  const keep = <T>(rows: ReadonlyMap<string, T>, isKept: (name: string) => boolean): Map<string, T> =>
    new Map([...rows].filter(([name]) => isKept(name)));
  return {
    ...state,
    devices: keep(state.devices, isShown('device')),
    workers: keep(state.workers, isShown('worker')),
    deviceTypes: keep(state.deviceTypes, isShown('device-type')),
    files: keep(state.files, (path) => !names.test(objectOf(path, release))),
  };
}

/** The object that a file belongs to. */
function objectOf(path: string, release: Release): string {
  const name =
    path
      .split('/')
      .at(-1)
      ?.replace(/\.[^.]*$/, '') ?? '';
  const folder = path.split('/').at(-2) ?? '';
  if (path === pathsOf('device', name, release)[0]) return `device/${name}`;
  if (path === pathsOf('device-type', name, release)[0]) return `template/${name}`;
  if (path === pathsOf('health-check', name, release)[0]) return `health-check/${name}`;
  if (path === pathsOf('certificate', name, release)[0]) return `worker/${name}`;
  return path.startsWith('dispatcher.d/') ? `worker/${folder === 'dispatcher.d' ? name : folder}` : path;
}

/** The address that is served instead of the requested one: with `wrong-page`, always the first page. */
export function askedInstead(faults: readonly Fault[], target: string): string {
  if (!faults.some(({ kind }) => kind === 'wrong-page')) return target;
  const url = new URL(target, 'http://master');
  url.searchParams.delete('offset');
  return `${url.pathname}${url.search}`;
}

/** The page of a list as it is shown; anything else stays unchanged. */
export function shownPage(faults: readonly Fault[], body: string): string {
  if (!faults.some(({ kind }) => kind === 'cut' || kind === 'wrong-page')) return body;
  const page = listIn(body);
  if (page === null) return body;
  for (const { kind } of faults) {
    // The first half; nothing of a single entry.
    if (kind === 'cut') page.results = page.results.slice(0, Math.floor(page.results.length / 2));
    if (kind === 'wrong-page') page.next = 'http://elsewhere.invalid/api/v0.2/devices/?offset=1';
  }
  return JSON.stringify(page);
}

function listIn(body: string): { next: unknown; results: unknown[] } | null {
  if (!body.startsWith('{')) return null;
  const value = JSON.parse(body) as { next?: unknown; results?: unknown };
  return Array.isArray(value.results) ? { next: null, ...value, results: value.results } : null;
}
