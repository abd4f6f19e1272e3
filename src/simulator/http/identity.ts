import type { Caller, Master } from '../master.js';

/** The sender of an `Authorization` header. `refused`: wrong credentials; `malformed`: not a valid header. */
export type Identity = { readonly caller: Caller } | 'refused' | 'malformed';

/** REST accepts `Token <secret>`; anything else counts as no credentials. */
export function restIdentity(master: Master, header: string | undefined): Identity {
  const [scheme, secret] = (header ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'token') return { caller: null };
  return callerOf(master, secret ?? '', null) ?? 'refused';
}

/** XML-RPC accepts `Basic` with the name of the user and the token. */
export function rpcIdentity(master: Master, header: string | undefined): Identity {
  if (header === undefined) return { caller: null };
  const [scheme, value] = header.split(' ');
  if (scheme !== 'Basic' || value === undefined) return 'malformed';
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return 'malformed';
  return callerOf(master, text.slice(colon + 1), text.slice(0, colon)) ?? 'refused';
}

function callerOf(master: Master, secret: string, user: string | null): { readonly caller: Caller } | null {
  if (!master.access.areTokensValid) return null;
  const token = master.state.tokens.find(
    (row) => row.secret === secret && (user === null || row.user === user),
  );
  const row = [...master.state.users.values()].find(({ name }) => name === token?.user);
  return row === undefined ? null : { caller: row };
}
