import type { FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '../net/index.js';

/** Limits the memory for bodies that are being received, of all clients and of each address. */
export class BodyBudget {
  readonly #limits: { readonly all: number; readonly perAddress: number };
  readonly #isProxy: (address: string) => boolean;
  readonly #used = new Map<string, number>();
  #all = 0;

  /** @param limits in bytes @param isProxy whether an address is that of many clients: it has no limit of its own */
  constructor(
    limits: { readonly all: number; readonly perAddress: number },
    isProxy: (address: string) => boolean,
  ) {
    this.#limits = limits;
    this.#isProxy = isProxy;
  }

  /**
   * Reserves memory for the body of a request until its response is sent or its connection is closed.
   * @param longest what a body may have whose length is not known
   * @returns whether there was enough
   */
  reserve({ headers, ip }: FastifyRequest, { raw }: FastifyReply, longest: number): boolean {
    const isKnown = headers['transfer-encoding'] === undefined;
    // A longer body is refused before it is read.
    const size = Math.min(isKnown ? Number(headers['content-length'] ?? 0) : longest, longest);
    const network = networkOf(ip);
    const ofNetwork = (this.#used.get(network) ?? 0) + size;
    if (this.#all + size > this.#limits.all) return false;
    if (ofNetwork > this.#limits.perAddress && !this.#isProxy(ip)) return false;
    this.#all += size;
    this.#used.set(network, ofNetwork);
    raw.once('close', () => {
      this.#all -= size;
      const left = (this.#used.get(network) ?? size) - size;
      if (left === 0) this.#used.delete(network);
      else this.#used.set(network, left);
    });
    return true;
  }
}
