/**
 * The body of a request that applies a revision, between the thread that reads it and the rest of the master: in parts
 * that are small enough to be unpacked between other requests.
 */
import { setImmediate } from 'node:timers/promises';
import type { RevisionInfo } from '../../model/index.js';
import { parseRevisionRequest, type ParsedRequest, type RequestedChange } from './request.js';

export type PackedRevision =
  | { readonly ok: true; readonly info: RevisionInfo; readonly parts: readonly string[] }
  /** `detail`: null if the body is not JSON. */
  | { readonly ok: false; readonly detail: string | null };

/** In characters. One change may be longer. */
const partLength = 128 * 1024;

/** Reads and validates a body. */
export function packRevision(body: Uint8Array): PackedRevision {
  const value = parseJson(new TextDecoder().decode(body));
  if (value === undefined) return { ok: false, detail: null };
  const parsed = parseRevisionRequest(value);
  if (!parsed.ok) return parsed;
  const { repository, revision, fingerprint, changes, problems } = parsed.request;
  const parts: string[] = [];
  let part: string[] = [];
  let length = 0;
  function endPart(): void {
    if (part.length > 0) parts.push(`[${part.join(',')}]`);
    part = [];
    length = 0;
  }
  for (const change of changes) {
    const problem = problems.get(change) ?? null;
    // The fields of a change with a problem must not be used.
    const text = JSON.stringify([problem === null ? change : { ...change, fields: {} }, problem]);
    if (length + text.length > partLength) endPart();
    part.push(text);
    length += text.length;
  }
  endPart();
  return { ok: true, info: { repository, revision, fingerprint }, parts };
}

/** Other requests have their turn between the parts. */
export async function unpackRevision(
  packed: Extract<PackedRevision, { readonly ok: true }>,
): Promise<ParsedRequest> {
  const changes: RequestedChange[] = [];
  const problems = new Map<RequestedChange, string>();
  for (const part of packed.parts) {
    await setImmediate();
    for (const [change, problem] of JSON.parse(part) as [RequestedChange, string | null][]) {
      changes.push(change);
      if (problem !== null) problems.set(change, problem);
    }
  }
  return { ok: true, request: { ...packed.info, changes, problems } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
