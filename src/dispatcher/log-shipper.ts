/**
 * Sends the lines of a job's output.yaml to the master and repeats them until they are acknowledged. Memory use is
 * bounded: the file is read in pieces, and only the offsets of sent, unacknowledged lines are kept.
 *
 * Position: `acknowledged` <= `sent` <= the file's end. `rewind` resets `sent` to `acknowledged`.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { hasCode } from '../host/index.js';
import { maxLineBytes, replacementLine } from '../wire/index.js';
import type { Acknowledged } from './job-record.js';

const pieceBytes = 64 * 1024;
const window = { lines: 2000, bytes: 4 * 1024 * 1024 };

interface Line {
  readonly text: string;
  /** The offset after its newline. */
  readonly end: number;
}

export class LogShipper {
  #handle: Promise<FileHandle | null> | null = null;
  #isClosed = false;
  #sent: Acknowledged;
  /** Offsets after each line from `acknowledged` to `sent`. */
  #ends: number[] = [];
  /** Number of lines that the master reported as stored; these are not sent. */
  #known: number;
  #lastProgressMs = 0;
  #pumping: Promise<void> | null = null;
  #isPumpWanted = false;
  /** Where to resume the search for the end of an overlong line. */
  #searchedTo = 0;

  readonly #file: string;
  acknowledged: Acknowledged;
  /** Resolves to false if the line was not sent; it is tried again later. */
  readonly #send: (index: number, line: string) => Promise<boolean>;

  constructor(
    file: string,
    acknowledged: Acknowledged,
    send: (index: number, line: string) => Promise<boolean>,
  ) {
    this.#file = file;
    this.acknowledged = acknowledged;
    this.#send = send;
    this.#sent = acknowledged;
    this.#known = acknowledged.lines;
  }

  /** Sends what may be sent now. */
  async pump(): Promise<void> {
    this.#isPumpWanted = true;
    this.#pumping ??= this.#run();
    await this.#pumping;
  }

  /** The master has stored the first `lines` lines. */
  acknowledge(lines: number, nowMs: number): void {
    if (lines < this.acknowledged.lines) {
      // The master lost lines that it had acknowledged; the file still contains all of them.
      this.acknowledged = { lines: 0, offset: 0 };
      this.rewind();
    }
    if (lines !== this.#known) this.#lastProgressMs = nowMs;
    this.#known = lines;
    this.#advance();
  }

  /** Repeats everything unacknowledged if nothing was acknowledged for `afterMs`. */
  rewindIfStale(nowMs: number, afterMs: number): void {
    if (this.#ends.length > 0 && nowMs - this.#lastProgressMs > afterMs) this.rewind();
  }

  rewind(): void {
    this.#sent = this.acknowledged;
    this.#ends = [];
    this.#searchedTo = 0;
  }

  /** Whether every complete line of the file in its current state is acknowledged. */
  async isDone(): Promise<boolean> {
    if (this.#ends.length > 0) return false;
    const handle = await this.#opened();
    return handle === null || (await handle.stat()).size === this.acknowledged.offset;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // The program that started it is told.
    await this.#pumping?.catch(() => undefined);
    await (await this.#handle)?.close();
    this.#handle = null;
  }

  async #run(): Promise<void> {
    try {
      // `pumping` must be set before this can finish.
      await Promise.resolve();
      while (this.#isPumpWanted) {
        this.#isPumpWanted = false;
        let isMore = true;
        while (isMore && this.#hasRoom() && !this.#isClosed) isMore = await this.#sendPiece();
      }
    } finally {
      // In the same step as the last check of `isPumpWanted`: a later request starts a new run.
      this.#pumping = null;
    }
  }

  #hasRoom(): boolean {
    const bytes = this.#sent.offset - this.acknowledged.offset;
    return this.#ends.length < window.lines && (bytes < window.bytes || this.#ends.length === 0);
  }

  /** Sends the lines of the next piece; returns false at the end, or if the master cannot be reached. */
  async #sendPiece(): Promise<boolean> {
    const start = this.#sent;
    const lines = await this.#readLines(start.offset);
    // A `rewind` during the read: these lines do not follow those that count as sent any more.
    if (this.#sent.offset !== start.offset) return true;
    for (const line of lines) {
      if (!this.#hasRoom()) return true;
      const index = this.#sent.lines;
      if (index >= this.#known && !(await this.#send(index, line.text))) return false;
      // Sending may have taken long, and a `rewind` may have happened meanwhile.
      if (this.#sent.lines !== index) return true;
      if (this.#ends.length === 0) this.#lastProgressMs = Date.now();
      this.#sent = { lines: index + 1, offset: line.end };
      this.#ends.push(line.end);
      this.#advance();
    }
    return lines.length > 0;
  }

  /** Advances `acknowledged` past the sent lines that the master has stored. */
  #advance(): void {
    const count = Math.min(this.#known - this.acknowledged.lines, this.#ends.length);
    const offset = this.#ends[count - 1];
    if (offset === undefined) return;
    this.#ends.splice(0, count);
    this.acknowledged = { lines: this.acknowledged.lines + count, offset };
  }

  async #readLines(offset: number): Promise<Line[]> {
    const handle = await this.#opened();
    if (handle === null) return [];
    const piece = await read(handle, offset, pieceBytes);
    if (piece.includes(0x0a)) return split(piece, offset);
    if (piece.length < pieceBytes) return [];
    return await this.#readLongLine(handle, offset);
  }

  async #readLongLine(handle: FileHandle, offset: number): Promise<Line[]> {
    let at = Math.max(offset + pieceBytes, this.#searchedTo);
    while (true) {
      const piece = await read(handle, at, pieceBytes);
      const found = piece.indexOf(0x0a);
      if (found >= 0) {
        this.#searchedTo = 0;
        const length = at + found - offset;
        const text =
          length > maxLineBytes
            ? replacementLine(`it is ${length} bytes long`, new Date())
            : (await read(handle, offset, length)).toString();
        return [{ text, end: at + found + 1 }];
      }
      at += piece.length;
      this.#searchedTo = at;
      if (piece.length < pieceBytes) return [];
    }
  }

  async #opened(): Promise<FileHandle | null> {
    if (this.#isClosed) return null;
    this.#handle ??= this.#open();
    return await this.#handle;
  }

  async #open(): Promise<FileHandle | null> {
    try {
      return await open(this.#file, 'r');
    } catch (error) {
      // It is tried again: the executor may not have written anything yet, or too many files may be open now.
      this.#handle = null;
      if (hasCode(error, 'ENOENT')) return null;
      throw error;
    }
  }
}

function split(piece: Buffer, offset: number): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, start)) {
    lines.push({ text: piece.toString('utf8', start, end), end: offset + end + 1 });
    start = end + 1;
  }
  return lines;
}

async function read(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
