/**
 * What each client may request: a budget that grows with time up to its limit. Work that costs more than expected makes
 * a debt, which the client's next requests wait for.
 */
export interface BudgetSize {
  /** The most that a client can save, in requests. Also the limit of its debt. */
  readonly most: number;
  readonly perSecond: number;
}

/** How much clients may request, without and with a token. */
export interface RequestBudgets {
  readonly guest: BudgetSize;
  readonly user: BudgetSize;
}

export const standardBudgets: RequestBudgets = {
  /** Enough for a person, and for a script that validates one job after the other. */
  guest: { most: 300, perSecond: 20 },
  /** Enough for a reconciler of thousands of devices, and for a CI system that follows hundreds of jobs. */
  user: { most: 20_000, perSecond: 1_000 },
};
interface Account {
  left: number;
  atMs: number;
}

export class Budgets {
  readonly #size: BudgetSize;
  readonly #mostClients: number;
  readonly #clock: () => number;
  /** Clients that did not spend anything recently have a full budget, and are not kept. */
  readonly #accounts = new Map<string, Account>();

  /**
   * @param clock a clock that does not jump, in milliseconds
   * @param mostClients the number of clients to remember; the one that was seen least recently is forgotten
   */
  constructor(size: BudgetSize, clock: () => number = () => performance.now(), mostClients = 10_000) {
    this.#size = size;
    this.#clock = clock;
    this.#mostClients = mostClients;
  }

  /**
   * Spends one request.
   * @returns 0 if the client may send it; otherwise, after how many seconds it may
   */
  spend(client: string): number {
    const account = this.#accountOf(client);
    if (account.left < 1) return Math.ceil((1 - account.left) / this.#size.perSecond);
    account.left -= 1;
    return 0;
  }

  /** Spends what a request cost in addition, which may exceed the budget. */
  charge(client: string, cost: number): void {
    const account = this.#accountOf(client);
    account.left = Math.max(account.left - cost, -this.#size.most);
  }

  #accountOf(client: string): Account {
    const { most, perSecond } = this.#size;
    const nowMs = this.#clock();
    const known = this.#accounts.get(client);
    const earned = known === undefined ? most : ((nowMs - known.atMs) / 1000) * perSecond;
    const account = { left: Math.min(most, (known?.left ?? 0) + earned), atMs: nowMs };
    // At the end: the map is ordered by when a client was last seen.
    this.#accounts.delete(client);
    this.#accounts.set(client, account);
    const oldest = this.#accounts.keys().next();
    if (this.#accounts.size > this.#mostClients && oldest.done !== true) this.#accounts.delete(oldest.value);
    return account;
  }
}
