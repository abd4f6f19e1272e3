/** Faults that tests inject. */
import type { State } from './state.js';

export type Fault =
  /** GitHub responds with this error; nothing is carried out. */
  | { readonly kind: 'status'; readonly status: number }
  /** GitHub limits the rate of writes; nothing is carried out. */
  | { readonly kind: 'secondary-limit'; readonly status?: 403 | 429; readonly retryAfterS: number }
  /** The token may not do this. */
  | { readonly kind: 'forbidden' }
  /** The connection is closed; nothing is carried out. */
  | { readonly kind: 'reset' }
  /** The request is carried out; the connection is closed before the response. */
  | { readonly kind: 'lost-response' }
  /** The request waits for the gate before it is carried out. */
  | { readonly kind: 'wait'; readonly gate: Gate }
  /** A list lags behind: objects that were created after the rule was set are missing. */
  | { readonly kind: 'stale' }
  /** Something happens right before or after the request is carried out. */
  | { readonly kind: 'before' | 'after'; readonly run: (state: State) => void | Promise<void> };

export interface FaultRule {
  /** Matches `METHOD /path`; the path has no query. */
  readonly on: RegExp;
  readonly fault: Fault;
  /** How many requests it affects. Default: 1. */
  readonly times?: number;
  /** How many matching requests it leaves alone first. Default: 0. */
  readonly skip?: number;
}

/** A gate that is closed until a test opens it. */
export class Gate {
  readonly #opened: Promise<void>;
  readonly #reached: Promise<void>;
  #open: () => void = () => undefined;
  #reach: () => void = () => undefined;

  constructor() {
    this.#opened = new Promise((resolve) => (this.#open = resolve));
    this.#reached = new Promise((resolve) => (this.#reach = resolve));
  }

  open(): void {
    this.#open();
  }

  /** Resolves when the first request waits. */
  get reached(): Promise<void> {
    return this.#reached;
  }

  pass(): Promise<void> {
    this.#reach();
    return this.#opened;
  }
}

interface Armed {
  readonly rule: FaultRule;
  /** The first ID of objects that did not exist yet. */
  readonly fromId: number;
  skip: number;
  times: number;
}

/** The rules that are in force. */
export class Faults {
  #armed: Armed[] = [];

  /** Replaces all rules. */
  set(rules: readonly FaultRule[], nextId: number): void {
    this.#armed = rules.map((rule) => ({
      rule,
      fromId: nextId,
      skip: rule.skip ?? 0,
      times: rule.times ?? 1,
    }));
  }

  /** The faults of this request, which count as used. */
  take(request: string): { readonly fault: Fault; readonly fromId: number }[] {
    return this.#armed.flatMap((armed) => {
      if (armed.times === 0 || !armed.rule.on.test(request)) return [];
      if (armed.skip > 0) {
        armed.skip--;
        return [];
      }
      armed.times--;
      return [{ fault: armed.rule.fault, fromId: armed.fromId }];
    });
  }

  /** Rules that have not been used up. Tests can check that a fault happened. */
  get left(): readonly FaultRule[] {
    return this.#armed.filter(({ times }) => times > 0 && times !== Infinity).map(({ rule }) => rule);
  }
}
