/**
 * Messages of the log channel (TCP 5555): job id, the line, and its index in decimal. A stock `lava-run` (LAVA up to
 * 2020.08) sends the first two; the master then numbers its lines in the order in which they come.
 */
import { countOf, refuse, textOf, type Decoded } from './frames.js';

export interface LogMessage {
  readonly jobId: number;
  /** One line of output.yaml, without its line end. */
  readonly line: string;
  /** Counts from 0; null from a stock sender. */
  readonly index: number | null;
}

/** The longest line, in bytes of UTF-8, that is sent or stored as it is (LAVA's own limit is 10^6 characters). */
export const maxLineBytes = 1_000_000;

/** The line that takes the place of one that cannot be stored, so that the lines after it keep their index. */
export function replacementLine(why: string, now: Date): string {
  const message = `lavaflow: a log line was left out: ${why}`;
  return `{"dt": "${now.toISOString().replace('Z', '')}", "lvl": "error", "msg": ${JSON.stringify(message)}}`;
}

/** The frames of a line of a job's log: two as in LAVA, and a third one for its index. */
export function encodeLog(message: LogMessage): string[] {
  const frames = [String(message.jobId), message.line];
  return message.index === null ? frames : [...frames, String(message.index)];
}

/**
 * Never throws. A line that is too long, not UTF-8 or not one line is replaced; a message without a usable job id or
 * index is refused.
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
  if (frame.length > maxLineBytes) return replacementLine(`it has ${frame.length} bytes`, now);
  const text = textOf(frame);
  if (text === null) return replacementLine('it is not UTF-8', now);
  return /[\n\r\0]/.test(text) ? replacementLine('it is not one line', now) : text;
}
