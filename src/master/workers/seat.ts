/**
 * Decides which agent acts as a worker, if several use its name and key: a second machine, or a copy of the first. An
 * agent that does not have the jobs of the worker must not end them, and two agents must not start jobs on one board.
 *
 *   empty --an agent, and no other has jobs of this worker--> held
 *   held --the same process over a new link--> held over the new link, at once
 *   held --another agent, while the holder answers--> held; the other is rejected
 *   held --another agent, and the holder's link is closed or silent, and it has no jobs--> held by the other
 *   held --the link closes--> held without a link: only the jobs decide
 *
 * Whether an agent has jobs is stored (`claimWorker`), so it survives restarts of the master.
 */
import { isSameRun, type AgentIdentity } from '../../wire/index.js';
import type { WorkerLink } from './messages.js';
import { stockAgent, type WorkerHost } from './ports.js';

export type Claim =
  | { readonly ok: true; readonly isNew: boolean }
  /** `reason`: null if the link was replaced by another one of the same worker. */
  | { readonly ok: false; readonly reason: string | null };

/** STATUS for a job that cannot exist: every agent, including a stock one, responds with END. */
export const probeJobId = 0;
/** An agent that is alive responds within milliseconds, but it may be busy. */
const probeMs = 3000;

export class Seat {
  readonly #hostname: string;
  readonly #host: WorkerHost;
  readonly #signal: AbortSignal;
  #link: WorkerLink | null = null;
  #agent: AgentIdentity | null = null;
  /** Links that lost the seat. What they had sent before is ignored. */
  readonly #replaced = new WeakSet<WorkerLink>();
  #probe: { readonly link: WorkerLink; readonly settle: (isAlive: boolean) => void } | null = null;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(hostname: string, host: WorkerHost, signal: AbortSignal) {
    this.#hostname = hostname;
    this.#host = host;
    this.#signal = signal;
  }

  /** The link of the agent that acts as the worker; null while it is not connected. */
  get link(): WorkerLink | null {
    return this.#link;
  }

  /** Claims the seat for the agent at the other end of a link. Claims are decided one after another. */
  async claim(link: WorkerLink, agent: AgentIdentity | null): Promise<Claim> {
    const decision = this.#tail.then(() => this.#decide(link, agent));
    this.#tail = decision.catch(() => undefined);
    return await decision;
  }

  /** The agent at the other end of this link has responded to the probe. */
  answered(link: WorkerLink): void {
    if (this.#probe?.link === link) this.#probe.settle(true);
  }

  disconnected(link: WorkerLink): void {
    if (this.#probe?.link === link) this.#probe.settle(false);
    if (this.#link === link) this.#link = null;
  }

  /** Resolves when no claim is being decided. */
  async whenIdle(): Promise<void> {
    await this.#tail;
  }

  async #decide(link: WorkerLink, agent: AgentIdentity | null): Promise<Claim> {
    if (this.#replaced.has(link)) return { ok: false, reason: null };
    const holder = this.#link;
    if (holder !== null && holder !== link && !isSameRun(this.#agent, agent) && (await this.#isAlive(holder))) {
      return { ok: false, reason: `the dispatcher at ${hostOf(holder)} is connected as this worker` };
    }
    // An agent whose first message was not HELLO looked like a stock one until now.
    const before = holder === link ? instanceOf(this.#agent) : null;
    const jobs = await this.#host.claimWorker(this.#hostname, instanceOf(agent), before);
    if (jobs.length > 0) {
      const some = jobs.slice(0, 10).join(', ');
      return { ok: false, reason: `another dispatcher of this worker has not ended its jobs (${some})` };
    }
    const isNew = this.#link !== link;
    if (this.#link !== null && isNew) {
      this.#replaced.add(this.#link);
      this.#link.close();
    }
    this.#link = link;
    this.#agent = agent;
    return { ok: true, isNew };
  }

  /** Whether the agent at the other end of a link responds. */
  async #isAlive(link: WorkerLink): Promise<boolean> {
    if (this.#signal.aborted) return true;
    return await new Promise<boolean>((resolve) => {
      const settle = (isAlive: boolean): void => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', stop);
        this.#probe = null;
        resolve(isAlive);
      };
      const timer = setTimeout(settle, probeMs, false);
      // When the master stops, nothing changes.
      const stop = (): void => {
        settle(true);
      };
      this.#signal.addEventListener('abort', stop);
      this.#probe = { link, settle };
      void link.send({ action: 'STATUS', jobId: probeJobId });
    });
  }
}

function instanceOf(agent: AgentIdentity | null): string {
  return agent?.instance ?? stockAgent;
}

/** The address without the port, which changes with each connection. */
export function hostOf({ remote }: WorkerLink): string {
  return remote.replace(/:[0-9]+$/, '');
}
