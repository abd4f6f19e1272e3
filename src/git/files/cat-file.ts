import { streamGit } from '../run/run-git.js';

/**
 * The contents of blobs, read by one `git cat-file --batch` without filters or textconv: the bytes as committed.
 * Throws git's error if an object is missing or is not a blob.
 */
async function readBlobs(
  directory: string,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const blobs = new Map<string, Uint8Array>();
  if (ids.size === 0) return blobs;
  const input = [...ids].map((id) => `${id}\n`).join('');
  const reader = new ByteReader(streamGit(directory, ['cat-file', '--batch'], { input }));
  try {
    for (const id of ids) {
      const header = await reader.line();
      const [, type, size] = header.split(' ');
      if (type !== 'blob' || size === undefined) throw new Error(`fatal: object ${id}: ${header}`);
      blobs.set(id, await reader.take(Number(size)));
      await reader.take(1);
    }
    await reader.end();
  } finally {
    await reader.close();
  }
  return blobs;
}

/** Like `readBlobs`, but remembers the blobs of the previous call and reads only new ones. */
export type BlobReader = (ids: ReadonlySet<string>) => Promise<ReadonlyMap<string, Uint8Array>>;

export function createBlobReader(directory: string): BlobReader {
  let last: ReadonlyMap<string, Uint8Array> = new Map();
  return async (ids) => {
    const known = last;
    const fresh = await readBlobs(directory, new Set([...ids].filter((id) => !known.has(id))));
    const blobs = new Map<string, Uint8Array>();
    for (const id of ids) {
      const blob = known.get(id) ?? fresh.get(id);
      if (blob !== undefined) blobs.set(id, blob);
    }
    return (last = blobs);
  };
}

/** Splits a stream of chunks into lines and pieces of known length, copying each byte once. */
class ByteReader {
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  readonly #source: AsyncGenerator<Uint8Array>;

  constructor(source: AsyncGenerator<Uint8Array>) {
    this.#source = source;
  }

  async line(): Promise<string> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const newline = this.#chunk.indexOf(10, this.#at);
      if (newline >= 0) {
        parts.push(this.#chunk.subarray(this.#at, newline));
        this.#at = newline + 1;
        return Buffer.concat(parts).toString('latin1');
      }
      parts.push(this.#chunk.subarray(this.#at));
      if (!(await this.#more())) throw new Error('fatal: the output of git cat-file was truncated');
    }
  }

  async take(size: number): Promise<Uint8Array> {
    const piece = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      if (this.#at >= this.#chunk.length && !(await this.#more()))
        throw new Error('fatal: the output of git cat-file was truncated');
      const part = this.#chunk.subarray(this.#at, this.#at + size - filled);
      piece.set(part, filled);
      filled += part.length;
      this.#at += part.length;
    }
    return piece;
  }

  /** Waits for the end of the stream, and therefore for git's exit code. */
  async end(): Promise<void> {
    if (this.#at < this.#chunk.length || (await this.#more()))
      throw new Error('fatal: git cat-file printed unexpected output');
  }

  async close(): Promise<void> {
    await this.#source.return(undefined);
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#chunk = next.value;
    this.#at = 0;
    return true;
  }
}
