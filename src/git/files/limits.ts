import { ExternalError } from '../../diagnostics/index.js';

/** More than this is no lab: reading stops before memory does. */
const maxFiles = 100_000;
const maxTotalBytes = 512 * 1024 * 1024;

/** Counts what is read, and stops reading at the limits. */
export class ReadBudget {
  #files = 0;
  #bytes = 0;

  readonly #where: string;

  constructor(where: string) {
    this.#where = where;
  }

  /** @throws ExternalError when this file is one too many */
  spend(bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
    if (this.#files <= maxFiles && this.#bytes <= maxTotalBytes) return;
    throw new ExternalError({
      what: 'read the lab',
      where: this.#where,
      why: `it has more than ${maxFiles} files or ${maxTotalBytes / 1024 / 1024} MiB in its lab directories`,
      retry: 'after-change',
    });
  }
}
