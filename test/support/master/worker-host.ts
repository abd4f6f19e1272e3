import { descriptionWork, unpackDescription } from '../../../src/wire/index.js';
import type { JobEnd, StartJob, WorkerHost } from '../../../src/master/workers/index.js';

/** The master's side of the gateway in memory, with the state changes that a master makes. */
export class MemoryHost implements WorkerHost {
  readonly keys = new Map<string, string>();
  readonly seen: string[] = [];
  readonly lost: string[] = [];
  /** The IDs of all ENDs that reached the host. */
  readonly ended: number[] = [];
  readonly jobs = new Map<
    number,
    {
      worker: string;
      state: 'scheduled' | 'running' | 'canceling' | 'ended';
      start: StartJob;
      log: string[];
      end: { readonly errors: string; readonly description: string | null } | null;
    }
  >();
  readonly #listeners = new Set<(hostname: string | null) => void>();
  /** The duration of each write. */
  writeMs = 0;

  admit(hostname: string, publicKey: string): void {
    this.keys.set(publicKey, hostname);
    this.#notify(null);
  }

  withdraw(publicKey: string): void {
    this.keys.delete(publicKey);
    this.#notify(null);
  }

  schedule(worker: string, id: number, texts: Partial<StartJob> = {}): void {
    const start = {
      id,
      definition: 'job_name: x\n',
      device: 'a: 1\n',
      dispatcher: '',
      env: '',
      envDut: '',
      ...texts,
    };
    this.jobs.set(id, { worker, state: 'scheduled', start, log: [], end: null });
    this.#notify(worker);
  }

  cancel(id: number): void {
    const job = this.job(id);
    if (job.state === 'ended') return;
    job.state = 'canceling';
    this.#notify(job.worker);
  }

  job(id: number): NonNullable<ReturnType<typeof this.jobs.get>> {
    const job = this.jobs.get(id);
    if (job === undefined) throw new Error(`no job ${id}`);
    return job;
  }

  #notify(hostname: string | null): void {
    for (const listener of this.#listeners) listener(hostname);
  }

  get keyCount(): number {
    return this.keys.size;
  }

  workerOfKey(publicKey: string): string | null {
    return this.keys.get(publicKey) ?? null;
  }

  readonly agents = new Map<string, string>();
  readonly conflicts: (string | null)[] = [];

  async claimWorker(hostname: string, instance: string, before: string | null): Promise<readonly number[]> {
    await this.#write();
    const known = this.agents.get(hostname);
    const jobs = [...this.jobs]
      .filter(([, job]) => job.worker === hostname && job.state !== 'ended')
      .map(([id]) => id);
    if (known !== undefined && known !== before && known !== instance && jobs.length > 0) return jobs;
    this.agents.set(hostname, instance);
    return [];
  }

  async noteConflict(_hostname: string, conflict: string | null): Promise<void> {
    await this.#write();
    this.conflicts.push(conflict);
  }

  async workerSeen(hostname: string, version: string | null): Promise<void> {
    await this.#write();
    this.seen.push(version === null ? hostname : `${hostname} ${version}`);
  }

  async workerLost(hostname: string): Promise<void> {
    await this.#write();
    this.lost.push(hostname);
  }

  async jobsOf(hostname: string): Promise<{ start: StartJob[]; cancel: number[]; running: number[] }> {
    await this.#write();
    const own = [...this.jobs].filter(([, job]) => job.worker === hostname);
    const idsIn = (state: string): number[] => own.filter(([, job]) => job.state === state).map(([id]) => id);
    return {
      start: own.filter(([, job]) => job.state === 'scheduled').map(([, job]) => job.start),
      cancel: idsIn('canceling'),
      running: idsIn('running'),
    };
  }

  async ownsJob(hostname: string, jobId: number): Promise<boolean> {
    await this.#write();
    return this.jobs.get(jobId)?.worker === hostname;
  }

  async jobStarted(hostname: string, jobId: number): Promise<void> {
    await this.#write();
    const job = this.jobs.get(jobId);
    if (job?.worker === hostname && job.state === 'scheduled') job.state = 'running';
  }

  async appendLog(
    hostname: string,
    jobId: number,
    firstIndex: number,
    lines: readonly string[],
  ): Promise<number | null> {
    await this.#write();
    const job = this.jobs.get(jobId);
    if (job?.worker !== hostname || job.state === 'ended') return null;
    if (firstIndex > job.log.length) return job.log.length;
    job.log.push(...lines.slice(job.log.length - firstIndex));
    return job.log.length;
  }

  async jobEnded(hostname: string, jobId: number, end: JobEnd): Promise<void> {
    this.ended.push(jobId);
    await this.#write();
    const job = this.jobs.get(jobId);
    if (job?.worker !== hostname) return;
    job.state = 'ended';
    const { errors, description } = end;
    job.end ??= { errors, description: unpackDescription(description, descriptionWork.all) };
  }

  onChange(listener: (hostname: string | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #write(): Promise<void> {
    if (this.writeMs > 0) await new Promise((resolve) => setTimeout(resolve, this.writeMs));
  }
}
