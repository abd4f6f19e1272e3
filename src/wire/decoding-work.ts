/**
 * The work that decoding may cost, counted in steps of about 10 ns. Sizes do not limit it: a chunk of a few bytes can
 * reset tables of 28 KiB.
 */
export class DecodingWork {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  /** @throws WorkExceeded when more was spent than allowed */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new WorkExceeded();
  }
}

export class WorkExceeded extends Error {
  override readonly name = 'WorkExceeded';
}
