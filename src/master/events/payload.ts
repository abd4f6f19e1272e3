/** Encodes events for other processes as the payload of a PostgreSQL notification. */
import { isRecord } from '../../diagnostics/index.js';
import type { MasterEvent } from './events.js';

/** In bytes. PostgreSQL rejects payloads of 8000 bytes and more, and the whole transaction with them. */
const maxPayloadBytes = 7900;

export interface Payload {
  /** The process that emitted the events; it ignores its own notifications. */
  readonly origin: string;
  readonly events: readonly MasterEvent[];
}

/** Encodes a payload. Events that do not fit into one notification become the event `unknown`. */
export function encodePayload({ origin, events }: Payload): string {
  const text = JSON.stringify({ origin, events });
  if (Buffer.byteLength(text) <= maxPayloadBytes) return text;
  return JSON.stringify({ origin, events: [{ kind: 'unknown' }] });
}

/**
 * Decodes the payload from another process, which may run another version of lavaflow. Whatever this version does not
 * understand becomes the event `unknown`. Never throws.
 */
export function decodePayload(text: string): Payload {
  const value = parse(text);
  const origin = value?.['origin'];
  const events = value?.['events'];
  if (typeof origin !== 'string' || !Array.isArray(events)) {
    return { origin: '', events: [{ kind: 'unknown' }] };
  }
  return { origin, events: events.map((event: unknown) => (isEvent(event) ? event : { kind: 'unknown' })) };
}

function isEvent(value: unknown): value is MasterEvent {
  if (!isRecord(value)) return false;
  switch (value['kind']) {
    case 'revision':
      return typeof value['revision'] === 'string';
    case 'job': {
      const { id, worker } = value;
      return typeof id === 'number' && (worker === null || typeof worker === 'string');
    }
    case 'device':
    case 'worker':
      return typeof value['hostname'] === 'string';
    default:
      return value['kind'] === 'unknown';
  }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
