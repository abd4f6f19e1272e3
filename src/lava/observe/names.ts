import { ExternalError } from '../../diagnostics/index.js';
import type { JsonObject, Rest } from '../rest.js';
import type { Session } from '../session.js';
import { attempt } from './attempt.js';

/** Names of objects that LAVA's REST API refers to by ID. */
export interface NameTable {
  nameOf(id: number): string | null;
  idOf(name: string): number | null;
  names(): readonly string[];
}

export interface Accounts {
  readonly users: NameTable;
  readonly groups: NameTable;
}

export async function readTags(rest: Rest, signal?: AbortSignal): Promise<NameTable> {
  const tags = await rest.list('list the tags', 'tags/?ordering=id', 'id', signal);
  return tableOf(pairsOf(tags, 'name'));
}

/**
 * Users and groups by ID. REST lists them since 2026.04. Before that, LAVA shows both ID and name only in the form
 * below the list of devices in the browsable API (up to 1,000 of each).
 * @throws ExternalError when neither can be read
 */
export async function readAccounts(session: Session, signal?: AbortSignal): Promise<Accounts> {
  if (session.capabilities.usersByRest) {
    const [users, groups] = await Promise.all([
      session.rest.list('list the users', 'users/?ordering=id', 'id', signal),
      session.rest.list('list the groups', 'groups/?ordering=id', 'id', signal),
    ]);
    return { users: tableOf(pairsOf(users, 'username')), groups: tableOf(pairsOf(groups, 'name')) };
  }
  const what = 'read the names of users and groups';
  const { text } = await session.http.request({
    what,
    method: 'GET',
    path: 'api/v0.2/devices/?all=true&limit=1&format=api',
    accept: 'text/html',
    repeatable: true,
    signal,
  });
  const users = optionsOf(text, 'physical_owner');
  const groups = optionsOf(text, 'physical_group');
  if (users === null || groups === null) {
    const why = 'the form of the browsable API does not list them for the user of this token';
    throw new ExternalError({ what, where: session.http.url, why, retry: 'after-change' });
  }
  return { users: tableOf(users), groups: tableOf(groups) };
}

/** The form of the browsable API lists no more entries than this. */
export const mostShown = 1000;

/**
 * Names of all users; null if LAVA does not show all of them.
 * @throws ExternalError when the master does not respond
 */
export async function readUserNames(
  session: Session,
  signal?: AbortSignal,
): Promise<ReadonlySet<string> | null> {
  const { value } = await attempt(readAccounts(session, signal));
  const names = value?.users.names() ?? [];
  const isWhole = session.capabilities.usersByRest || names.length < mostShown;
  return value === null || !isWhole ? null : new Set(names);
}

/** The options of `<select name="...">` in a page, as ID and text; null if the page does not contain the field. */
export function optionsOf(page: string, field: string): (readonly [number, string])[] | null {
  // No pattern matches past the next bracket: the page may be long, and crafted to make matching slow.
  const start = new RegExp(`<select[^<>]*\\sname="${field}"[^<>]*>`).exec(page);
  const end = start === null ? -1 : page.indexOf('</select>', start.index);
  if (start === null || end === -1) return null;
  const options = page.slice(start.index, end).matchAll(/<option value="(\d+)"[^<>]*>([^<]*)<\/option>/g);
  return [...options].map(([, id, name]) => [Number(id), unescapeHtml(name ?? '').trim()] as const);
}

function unescapeHtml(text: string): string {
  const named: Readonly<Record<string, string>> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    '#39': "'",
    '#x27': "'",
  };
  return text.replace(/&([a-z]+|#39|#x27);/g, (whole, name: string) => named[name] ?? whole);
}

function pairsOf(entries: readonly JsonObject[], field: string): (readonly [number, string])[] {
  return entries.flatMap(({ id, [field]: name }) =>
    typeof id === 'number' && typeof name === 'string' ? [[id, name] as const] : [],
  );
}

function tableOf(pairs: readonly (readonly [number, string])[]): NameTable {
  const names = new Map(pairs);
  const ids = new Map(pairs.map(([id, name]) => [name, id]));
  return {
    nameOf: (id) => names.get(id) ?? null,
    idOf: (name) => ids.get(name) ?? null,
    names: () => [...ids.keys()],
  };
}
