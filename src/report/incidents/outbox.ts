/**
 * Incidents together with the messages about them that are still to be sent: one value, so that both are stored at the same
 * time. A message is in `waiting` from the moment when its incident changes until each channel has sent it. After a crash
 * between sending and storing, a channel sends that one message again; none is lost.
 */
import { createHash } from 'node:crypto';
import { noIncidents, type IncidentMessage, type IncidentState } from './advance.js';
import { messageText } from './format.js';
import type { Notice } from './channel.js';

/** Plain JSON. */
export interface StoredIncidents {
  readonly version: 1;
  /** Distinguishes the IDs of notices from those of another history. */
  readonly series: string;
  /** The number of the next notice. */
  readonly next: number;
  readonly state: IncidentState;
  /** Oldest first. */
  readonly waiting: readonly WaitingNotice[];
}

export interface WaitingNotice {
  readonly number: number;
  readonly message: IncidentMessage;
  /** Names of the channels that have not sent it. */
  readonly channels: readonly string[];
}

/** Where it is stored. Implemented by the room `app`. */
export interface IncidentStore {
  /** @throws ExternalError */
  read(): Promise<StoredIncidents | null>;
  /**
   * Resolves when it survives a crash of the machine.
   * @throws ExternalError
   */
  write(stored: StoredIncidents): Promise<void>;
}

/** For each channel. Somebody who gets them after a week does not read more. */
const mostWaiting = 500;

export function newHistory(series: string): StoredIncidents {
  return { version: 1, series, next: 1, state: noIncidents, waiting: [] };
}

/** With what happened, and the messages about it for these channels. */
export function post(
  before: StoredIncidents,
  state: IncidentState,
  messages: readonly IncidentMessage[],
  channels: readonly string[],
): StoredIncidents {
  const posted = messages.map((message, index) => ({ number: before.next + index, message, channels }));
  const waiting = [...before.waiting, ...posted].filter((one) => one.channels.length > 0).slice(-mostWaiting);
  return { ...before, state, next: before.next + messages.length, waiting };
}

/** After a channel has sent a notice, or given it up. */
export function withoutNotice(before: StoredIncidents, number: number, channel: string): StoredIncidents {
  const waiting = before.waiting.flatMap((one) => {
    if (one.number !== number) return [one];
    const channels = one.channels.filter((name) => name !== channel);
    return channels.length === 0 ? [] : [{ ...one, channels }];
  });
  return { ...before, waiting };
}

/** Only for channels that still exist. */
export function onlyFor(before: StoredIncidents, channels: readonly string[]): StoredIncidents {
  const waiting = before.waiting.flatMap((one) => {
    const left = one.channels.filter((name) => channels.includes(name));
    return left.length === 0 ? [] : [{ ...one, channels: left }];
  });
  return { ...before, waiting };
}

export function noticeOf(
  { series }: StoredIncidents,
  { number, message }: WaitingNotice,
  lab: string,
): Notice {
  const thread = createHash('sha256').update(`${lab}\n${message.incident.key}`).digest('hex').slice(0, 32);
  return { id: `${thread}.${series}.${number}`, thread, message, text: messageText(message, lab) };
}
