/**
 * Messages of the control channel (TCP 5556) of LAVA's ZeroMQ protocol 3 (LAVA 2020.05 to 2020.08), without the
 * identity frame that a ROUTER socket prepends. Extensions for lavaflow peers:
 * - HELLO with a frame that identifies the agent (agent.ts), which a stock master ignores;
 * - REFUSED, with which the master rejects an agent that identified itself;
 * - LOG_OK, with which the master reports how many log lines of a job it has stored;
 * - HELLO_OK with the frame `LOG_OK`, which announces these messages. The master recognizes a lavaflow dispatcher by
 *   its version.
 */
import { decodeAgent, encodeAgent, type AgentIdentity } from './agent.js';
import { countOf, excerpt, refuse, textOf, type Decoded } from './frames.js';

/** The protocol version that both sides must use. */
export const protocolVersion = 3;

/** The texts of the job's files; an empty string for a file that does not exist. */
export interface StartMessage {
  readonly action: 'START';
  readonly jobId: number;
  readonly definition: string;
  readonly device: string;
  readonly dispatcher: string;
  readonly env: string;
  readonly envDut: string;
}

export type ControlMessage =
  /** `agent`: null from a stock worker. */
  | {
      readonly action: 'HELLO' | 'HELLO_RETRY';
      readonly protocol: number;
      readonly version: string | null;
      readonly agent: AgentIdentity | null;
    }
  /** The master does not accept this agent, and why. */
  | { readonly action: 'REFUSED'; readonly reason: string }
  | { readonly action: 'HELLO_OK'; readonly acknowledgesLogs: boolean }
  | { readonly action: 'PING' }
  /** `intervalS`: how often the master expects a PING, in seconds. */
  | { readonly action: 'PONG'; readonly intervalS: number }
  | StartMessage
  | { readonly action: 'START_OK' | 'CANCEL' | 'STATUS' | 'END_OK'; readonly jobId: number }
  /** `description`: description.yaml in an xz container (see xz.ts), or empty. */
  | {
      readonly action: 'END';
      readonly jobId: number;
      readonly errors: string;
      readonly description: Uint8Array;
    }
  /** `lines`: how many lines of the job's log are stored durably. */
  | { readonly action: 'LOG_OK'; readonly jobId: number; readonly lines: number };

type Action = ControlMessage['action'];

/** The longest texts that are kept of a version and of a reason. */
const maxVersionLength = 100;
const maxReasonLength = 2000;

/** A dispatcher whose version starts with this understands LOG_OK. */
export const softwarePrefix = 'lavaflow ';

/** Encodes a message as frames, without the identity frame: docs/wire.md, and LAVA 2020.08 (protocol 3). */
export function encodeControl(message: ControlMessage): (string | Uint8Array)[] {
  switch (message.action) {
    case 'HELLO':
    case 'HELLO_RETRY':
      return [
        message.action,
        String(message.protocol),
        ...(message.version === null && message.agent === null ? [] : [message.version ?? '']),
        ...(message.agent === null ? [] : [encodeAgent(message.agent)]),
      ];
    case 'HELLO_OK':
      return message.acknowledgesLogs ? ['HELLO_OK', 'LOG_OK'] : ['HELLO_OK'];
    case 'REFUSED':
      return ['REFUSED', message.reason];
    case 'PING':
      return ['PING'];
    case 'PONG':
      return ['PONG', String(message.intervalS)];
    case 'START':
      return [
        'START',
        String(message.jobId),
        message.definition,
        message.device,
        message.dispatcher,
        message.env,
        message.envDut,
      ];
    case 'START_OK':
    case 'CANCEL':
    case 'STATUS':
    case 'END_OK':
      return [message.action, String(message.jobId)];
    case 'END':
      return ['END', String(message.jobId), message.errors, message.description];
    case 'LOG_OK':
      return ['LOG_OK', String(message.jobId), String(message.lines)];
  }
}

/** Decodes the frames of one message, without the identity frame. Never throws. */
export function decodeControl(frames: readonly Uint8Array[]): Decoded<ControlMessage> {
  const [first, ...rest] = frames;
  const action = first === undefined ? null : textOf(first);
  if (action === null) return refuse('the action is not text');
  if (!isAction(action)) return refuse(`unknown action ${excerpt(action)}`);

  const [fewest, most] = argumentCounts[action];
  if (rest.length < fewest || rest.length > most) {
    return refuse(`${action} with ${rest.length} arguments`);
  }
  // All arguments are text, except the description of END.
  const description = action === 'END' ? rest.pop() : undefined;
  const texts: string[] = [];
  for (const frame of rest) {
    const text = textOf(frame);
    if (text === null) return refuse(`${action} with an argument that is not valid UTF-8`);
    texts.push(text);
  }
  const message = build(action, texts, description);
  return message === null
    ? refuse(`${action} with an invalid argument ${excerpt(texts[0] ?? '')}`)
    : { ok: true, message };
}

/** Minimum and maximum number of frames after the action. */
const argumentCounts: Readonly<Record<Action, readonly [number, number]>> = {
  HELLO: [1, 3],
  HELLO_RETRY: [1, 3],
  HELLO_OK: [0, 1],
  REFUSED: [1, 1],
  PING: [0, 0],
  PONG: [1, 1],
  START: [6, 6],
  START_OK: [1, 1],
  CANCEL: [1, 1],
  STATUS: [1, 1],
  END: [3, 3],
  END_OK: [1, 1],
  LOG_OK: [2, 2],
};

function isAction(text: string): text is Action {
  return Object.hasOwn(argumentCounts, text);
}

function build(
  action: Action,
  texts: readonly string[],
  description: Uint8Array | undefined,
): ControlMessage | null {
  const number = countOf(texts[0]);
  switch (action) {
    case 'HELLO':
    case 'HELLO_RETRY': {
      const [, version, agentText] = texts;
      const agent = agentText === undefined ? null : decodeAgent(agentText);
      if (number === null || (agent === null && agentText !== undefined)) return null;
      return { action, protocol: number, version: version?.slice(0, maxVersionLength) ?? null, agent };
    }
    case 'REFUSED':
      return { action, reason: texts[0]?.slice(0, maxReasonLength) ?? '' };
    case 'HELLO_OK':
      return { action, acknowledgesLogs: texts[0] === 'LOG_OK' };
    case 'PING':
      return { action };
    case 'PONG':
      return number === null ? null : { action, intervalS: number };
    case 'START': {
      const [, definition, device, dispatcher, env, envDut] = texts;
      if (number === null || definition === undefined || device === undefined) return null;
      if (dispatcher === undefined || env === undefined || envDut === undefined) return null;
      return { action, jobId: number, definition, device, dispatcher, env, envDut };
    }
    case 'START_OK':
    case 'CANCEL':
    case 'STATUS':
    case 'END_OK':
      return number === null ? null : { action, jobId: number };
    case 'END':
      if (number === null || texts[1] === undefined || description === undefined) return null;
      return { action, jobId: number, errors: texts[1], description };
    case 'LOG_OK': {
      const lines = countOf(texts[1]);
      return number === null || lines === null ? null : { action, jobId: number, lines };
    }
  }
}
