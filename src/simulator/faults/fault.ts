import { UsageError } from '../../diagnostics/index.js';

/** Which requests, or which calls of XML-RPC, a fault strikes. What is left out matches everything. */
export interface FaultMatch {
  /** HTTP's. */
  readonly method?: string;
  /** A regular expression over the path with its query: `^/api/v0.2/devices/`. */
  readonly path?: string;
  /** A regular expression over the names of XML-RPC methods. With it the calls inside a request are matched, one by one. */
  readonly rpc?: string;
  /** A regular expression over the body; for calls over their parameters as JSON. */
  readonly text?: string;
  /** Only these of those that match, counted from 1. */
  readonly nth?: number | readonly number[];
  /** The chance of each that matches, 0 to 1. */
  readonly probability?: number;
}

/**
 * - `slow`: the answer comes late.
 * - `lost-request`: the connection breaks before the master has seen it; `lost-answer`: after it was done.
 * - `half`: half of the answer, then the connection breaks. It was done.
 * - `html`, `status`: something in between answers; the master does not see it.
 * - `expire-token`: from now on no credentials are taken, until the faults are set anew.
 * - `reject`: LAVA refuses this write.
 * - `lie`: it is answered as if it were done, and is not; or `stores` is stored in place of the last text.
 * - `hide`: a read is answered as if the objects of these `names` were not there (default: any).
 * - `stale`: a read is answered as things were when such a fault was set; other ones of this kind may take its place.
 * - `cut`: a list of REST lacks its second half, and counts it. `wrong-page`: every page of it is the first, and says
 *   that the next one is on another server.
 * - `restart`: what stands before it in the request is done, it and the rest is not; the connection breaks, and
 *   connections are refused for a while.
 */
export type Fault = { readonly match: FaultMatch } & (
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'lost-request' | 'lost-answer' | 'half' | 'html' | 'expire-token' }
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  | { readonly kind: 'reject'; readonly reason?: string }
  | { readonly kind: 'lie'; readonly stores?: string }
  | { readonly kind: 'hide'; readonly names?: string }
  | { readonly kind: 'stale' | 'cut' | 'wrong-page' }
  | { readonly kind: 'restart'; readonly downMs?: number }
);

const kinds: readonly string[] = [
  'slow',
  'lost-request',
  'lost-answer',
  'half',
  'html',
  'status',
  'expire-token',
  'reject',
  'lie',
  'hide',
  'stale',
  'cut',
  'wrong-page',
  'restart',
] satisfies Fault['kind'][];

/** Faults from JSON that a person wrote. @throws UsageError that says which entry is wrong, and how */
export function readFaults(value: unknown): readonly Fault[] {
  if (!Array.isArray(value))
    throw new UsageError('faults are a JSON list', 'for example [{"match":{},"kind":"half"}]');
  return (value as readonly unknown[]).map((entry, index) => {
    const problem = problemOf(entry);
    if (problem !== null)
      throw new UsageError(`fault ${index + 1}: ${problem}`, 'see docs/simulated-master.md');
    return entry as Fault;
  });
}

function problemOf(entry: unknown): string | null {
  if (!isObject(entry) || !isObject(entry['match'])) return 'it is no object with a match';
  const { match } = entry;
  if (typeof entry['kind'] !== 'string' || !kinds.includes(entry['kind'])) {
    return `its kind is none of ${kinds.join(', ')}`;
  }
  for (const field of ['method', 'path', 'rpc', 'text']) {
    const text = match[field];
    if (text !== undefined && (typeof text !== 'string' || !isPattern(text))) {
      return `match.${field} is no regular expression`;
    }
  }
  const unknown = Object.keys(match).find((field) => !matchFields.includes(field));
  if (unknown !== undefined) return `match.${unknown} is none of ${matchFields.join(', ')}`;
  const numbers = [match['nth'] ?? []].flat() as readonly unknown[];
  if (!numbers.every((number) => Number.isInteger(number)))
    return 'match.nth is no number, nor a list of numbers';
  if (!isNumberOrAbsent(match['probability'])) return 'match.probability is no number';
  if (entry['kind'] === 'slow' && typeof entry['delayMs'] !== 'number') return 'slow needs delayMs';
  if (entry['kind'] === 'status' && !isStatus(entry['status']))
    return 'status needs a status from 200 to 599';
  const { names } = entry;
  if (names !== undefined && (typeof names !== 'string' || !isPattern(names)))
    return 'names is no regular expression';
  if (!isNumberOrAbsent(entry['downMs'])) return 'downMs is no number';
  return null;
}

const matchFields: readonly string[] = ['method', 'path', 'rpc', 'text', 'nth', 'probability'];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumberOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'number';
}

function isStatus(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 200 && value <= 599;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
