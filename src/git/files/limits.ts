import { ExternalError } from '../../diagnostics/index.js';

/** A lab does not have more than this: stop reading before memory runs out. */
const maxFiles = 100_000;
const maxTotalBytes = 512 * 1024 * 1024;

/** Counts files and bytes, and stops reading at the limits. */
export class ReadBudget {
  #files = 0;
  #bytes = 0;

  readonly #where: string;

  constructor(where: string) {
    this.#where = where;
  }

  /** @throws ExternalError when this file exceeds a limit */
  spend(bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
    if (this.#files <= maxFiles && this.#bytes <= maxTotalBytes) return;
    throw new ExternalError({
      what: 'read the lab',
      where: this.#where,
      why: `its lab directories contain more than ${maxFiles} files or ${maxTotalBytes / 1024 / 1024} MiB`,
      retry: 'after-change',
    });
  }
}
