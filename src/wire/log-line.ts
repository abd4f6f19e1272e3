/**
 * Messages of the log channel (TCP 5555): job ID, line, and the line's index in decimal. A stock `lava-run` (LAVA up
 * to 2020.08) sends only the first two; the master then numbers the lines in the order in which they arrive.
 */
import { countOf, refuse, textOf, type Decoded } from './frames.js';

export interface LogMessage {
  readonly jobId: number;
  /** One line of output.yaml, without its newline. */
  readonly line: string;
  /** Starts at 0; null from a stock sender. */
  readonly index: number | null;
}

/** The longest line that is sent or stored unchanged, in bytes of UTF-8 (LAVA's own limit is 10^6 characters). */
export const maxLineBytes = 1_000_000;

/** The line that replaces one that cannot be stored, so that the lines after it keep their index. */
export function replacementLine(why: string, now: Date): string {
  const message = `lavaflow: a log line was omitted: ${why}`;
  return `{"dt": "${now.toISOString().replace('Z', '')}", "lvl": "error", "msg": ${JSON.stringify(message)}}`;
}

/** Encodes a line of a job's log: two frames as in LAVA, and a third one for its index. */
export function encodeLog(message: LogMessage): string[] {
  const frames = [String(message.jobId), message.line];
  return message.index === null ? frames : [...frames, String(message.index)];
}

/**
 * Decodes a log message. Never throws. Replaces a line that is too long, not UTF-8 or more than one line; refuses a
 * message without a valid job ID or with an invalid index.
 */
export function decodeLog(frames: readonly Uint8Array[], now: Date = new Date()): Decoded<LogMessage> {
  const [idFrame, lineFrame, indexFrame] = frames;
  if (idFrame === undefined || lineFrame === undefined || frames.length > 3) {
    return refuse(`${frames.length} frames`);
  }
  const jobId = countOf(textOf(idFrame) ?? undefined);
  if (jobId === null) return refuse('the job id is not a number');
  const index = indexFrame === undefined ? null : countOf(textOf(indexFrame) ?? undefined);
  if (indexFrame !== undefined && index === null) return refuse('the index is not a number');
  return { ok: true, message: { jobId, line: storableLine(lineFrame, now), index } };
}

function storableLine(frame: Uint8Array, now: Date): string {
  if (frame.length > maxLineBytes) return replacementLine(`it is ${frame.length} bytes long`, now);
  const text = textOf(frame);
  if (text === null) return replacementLine('it is not UTF-8', now);
  return /[\n\r\0]/.test(text) ? replacementLine('it contains a line break', now) : text;
}
