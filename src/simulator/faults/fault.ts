import { isRecord, UsageError } from '../../diagnostics/index.js';

/** Which requests, or which XML-RPC calls, a fault affects. Absent fields match everything. */
export interface FaultMatch {
  /** The HTTP method. */
  readonly method?: string;
  /** A regular expression over the path with its query: `^/api/v0.2/devices/`. */
  readonly path?: string;
  /** A regular expression over the names of XML-RPC methods. If present, the calls inside a request are matched one by one. */
  readonly rpc?: string;
  /** A regular expression over the body; for calls, over their parameters as JSON. */
  readonly text?: string;
  /** Only these of the matches, counted from 1. */
  readonly nth?: number | readonly number[];
  /** The chance of each that matches, 0 to 1. */
  readonly probability?: number;
}

/**
 * - `slow`: the response is late.
 * - `lost-request`: the connection breaks before the master has seen the request; `lost-answer`: after it was carried out.
 * - `half`: half of the response, then the connection breaks. The request was carried out.
 * - `html`, `status`: an intermediary responds; the master does not see the request.
 * - `expire-token`: from now on no credentials are accepted, until faults are set again.
 * - `reject`: LAVA rejects this write.
 * - `lie`: the response reports success without the write; or `stores` is stored instead of the last text.
 * - `hide`: a read is answered as if the objects in `names` did not exist (default: any).
 * - `stale`: a read is answered with the state when such a fault was set; another `stale` keeps that time.
 * - `cut`: a REST list lacks its second half, and counts it. `wrong-page`: every page is the first one, and links to
 *   another server for the next.
 * - `restart`: what precedes it in the request is carried out, the call itself and the rest are not; the connection
 *   breaks, and connections are refused for a while.
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

/**
 * Reads faults from JSON that a person wrote.
 * @throws UsageError that names the wrong entry and the problem
 */
export function readFaults(value: unknown): readonly Fault[] {
  if (!Array.isArray(value))
    throw new UsageError('faults must be a JSON list', 'Use for example [{"match":{},"kind":"half"}].');
  return (value as readonly unknown[]).map((entry, index) => {
    const problem = problemOf(entry);
    if (problem !== null)
      throw new UsageError(`fault ${index + 1}: ${problem}`, 'See docs/simulated-master.md.');
    return entry as Fault;
  });
}

function problemOf(entry: unknown): string | null {
  if (!isRecord(entry) || !isRecord(entry['match'])) return 'it is not an object with a match';
  const { match } = entry;
  if (typeof entry['kind'] !== 'string' || !kinds.includes(entry['kind'])) {
    return `its kind is not one of ${kinds.join(', ')}`;
  }
  for (const field of ['method', 'path', 'rpc', 'text']) {
    const text = match[field];
    if (text !== undefined && (typeof text !== 'string' || !isPattern(text))) {
      return `match.${field} is not a regular expression`;
    }
  }
  const unknown = Object.keys(match).find((field) => !matchFields.includes(field));
  if (unknown !== undefined) return `match.${unknown} is not one of ${matchFields.join(', ')}`;
  const numbers = [match['nth'] ?? []].flat() as readonly unknown[];
  if (!numbers.every((number) => Number.isInteger(number)))
    return 'match.nth is not a number or a list of numbers';
  if (!isNumberOrAbsent(match['probability'])) return 'match.probability is not a number';
  if (entry['kind'] === 'slow' && typeof entry['delayMs'] !== 'number') return 'slow requires delayMs';
  if (entry['kind'] === 'status' && !isStatus(entry['status']))
    return 'status requires a status from 200 to 599';
  const { names } = entry;
  if (names !== undefined && (typeof names !== 'string' || !isPattern(names)))
    return 'names is not a regular expression';
  if (!isNumberOrAbsent(entry['downMs'])) return 'downMs is not a number';
  return null;
}

const matchFields: readonly string[] = ['method', 'path', 'rpc', 'text', 'nth', 'probability'];

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
