import type { ExternalError } from '../../diagnostics/index.js';
import type { IncidentMessage } from './advance.js';
import type { MessageText } from './format.js';

/** A message on its way to people. */
export interface Notice {
  /** Unique among all notices; the same if it is sent again. No blanks. */
  readonly id: string;
  /** The same for all notices about one incident key. */
  readonly thread: string;
  readonly message: IncidentMessage;
  readonly text: MessageText;
}

/** A way to people. Implemented by the room `notify`. */
export interface NotificationChannel {
  readonly name: string;
  /**
   * Resolves when somebody else is responsible for the message. The same notice may be sent again after a crash.
   * @returns what the sender should know although it was sent; null: nothing
   * @throws ExternalError; `retry` says whether to try again
   */
  send(notice: Notice, signal: AbortSignal): Promise<string | null>;
}

/** How a channel is doing. Plain JSON. */
export interface ChannelStatus {
  readonly name: string;
  readonly state: 'ok' | 'failing';
  /** Why the last message was not sent, or only in part. */
  readonly error: string | null;
  readonly retry: ExternalError['retry'] | 'bug' | null;
  /** Messages that wait. */
  readonly waiting: number;
}
