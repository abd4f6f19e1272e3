import {
  badForAReason,
  endsCanceled,
  endsOnce,
  hasAllTicks,
  hasOneResult,
  isHolding,
  keepsLog,
  offOrInUse,
  oneExecutorPerBoard,
  oneJobPerBoard,
  type DeviceFact,
  type ExecutorFact,
  type JobFact,
} from './invariants.js';
import { readPower } from './board-power.js';
import type { SoakLab } from './lab.js';
import type { Ledger } from './ledger.js';
import type { MasterClient } from './master.js';
import { wait } from './part.js';
import { boards } from './plan.js';
import { executorsOf, isStill, processesOf } from './processes.js';

const pauseMs = 500;
const newest = 100;
/** The longest job, the time until its watchdog ends it, and power-off. */
const stuckMs = 480_000;

/** Checks again and again what must hold at any time. running -> stopped */
export class Monitor {
  /** Looks that saw everything. */
  looks = 0;
  /** Lines of logs that were compared. */
  lines = 0;
  #isStopped = false;
  #done: Promise<void> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();
  readonly #bad = new Set<string>();

  constructor(
    readonly lab: SoakLab,
    readonly master: MasterClient,
    readonly ledger: Ledger,
    readonly where: () => string,
  ) {}

  start(): void {
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  /** Runs something that reads the master alone: of two reads at a time, the older one may arrive last. */
  async alone<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.alone(() => this.#look());
        this.looks += 1;
      } catch {
        // The master does not respond at the moment. What it acknowledged is checked later.
      }
      await wait(pauseMs);
    }
  }

  #report(sentences: readonly string[]): void {
    this.ledger.report(sentences, this.where());
  }

  async #look(): Promise<void> {
    const executors = this.#checkExecutors();
    const jobs = await this.master.newestJobs(newest);
    for (const job of jobs) this.checkJob(job);
    this.#report(oneJobPerBoard(jobs));
    for (const { id } of jobs.filter(isHolding)) {
      if (this.ledger.runningMs(id) > stuckMs)
        this.#report([`job ${id} has been running for ${Math.round(stuckMs / 1000)} s`]);
    }
    await this.#checkBoards(executors, jobs);
    const running = jobs.filter(isHolding);
    const chosen = running[Math.floor(Math.random() * running.length)];
    if (chosen !== undefined) await this.readLog(chosen.id);
    for (const job of jobs) if (job.state === 'Finished') await this.close(job);
  }

  checkJob(job: JobFact): void {
    this.ledger.see(job);
    if (job.state === 'Canceling') this.ledger.canceling.add(job.id);
    const before = this.ledger.ended.get(job.id);
    if (before !== undefined) this.#report(endsOnce(before, job));
    else if (job.state === 'Finished') {
      this.ledger.ended.set(job.id, job);
      if (this.ledger.canceling.has(job.id)) this.#report(endsCanceled(job));
    }
  }

  /** @returns the log of a job, which must continue what was read before */
  async readLog(id: number): Promise<readonly string[]> {
    const before = this.ledger.logs.get(id) ?? [];
    const log = await this.master.log(id);
    this.lines += log.length;
    this.#report(keepsLog(id, before, log));
    if (log.length > before.length) this.ledger.logs.set(id, log);
    return log;
  }

  /** Checks the whole log and the results of a job that has ended, once. */
  async close(job: JobFact): Promise<void> {
    if (this.ledger.closed.has(job.id)) return;
    const log = await this.readLog(job.id);
    this.#report(hasOneResult(job, await this.master.ownResults(job.id)));
    const plan = this.ledger.acknowledged.get(job.id);
    if (plan !== undefined) this.#report(hasAllTicks(job, plan.kind, plan.ticks, log));
    this.ledger.closed.add(job.id);
  }

  #checkExecutors(): ExecutorFact[] {
    const executors = executorsOf(processesOf(this.lab.mark));
    const deviceOf = (job: number) => this.ledger.deviceOf(job);
    if (oneExecutorPerBoard(executors, deviceOf).length > 0) {
      // One of them may have ended before the other one started, while the list was read.
      this.#report(oneExecutorPerBoard(executors.filter(isStill), deviceOf));
    }
    return executors;
  }

  async #checkBoards(executors: readonly ExecutorFact[], jobs: readonly JobFact[]): Promise<void> {
    const before = await this.master.devices();
    const powers = await Promise.all(boards.map(({ name }) => readPower(this.lab.boardDirectory, name)));
    const jobsAfter = await this.master.newestJobs(newest);
    const executorsAfter = executorsOf(processesOf(this.lab.mark));
    const after = await this.master.devices();
    for (const job of jobsAfter) this.checkJob(job);
    for (const [index, { name }] of boards.entries()) {
      const device = { before: find(before, name), after: find(after, name) };
      if (device.before === undefined || device.after === undefined) continue;
      const wasUsed =
        [...executors, ...executorsAfter].some(({ job }) => this.ledger.deviceOf(job) === name) ||
        device.before.currentJob !== null ||
        device.after.currentJob !== null ||
        newestOn(jobs, name)?.id !== newestOn(jobsAfter, name)?.id;
      const isOn = powers[index] === true;
      this.#report(offOrInUse({ isOn, before: device.before, after: device.after, wasUsed }));
      this.#checkHealth(device.after);
    }
  }

  #checkHealth(device: DeviceFact): void {
    if (device.health !== 'Bad') this.#bad.delete(device.name);
    else if (!this.#bad.has(device.name)) {
      this.#bad.add(device.name);
      const id = Number(/^job (\d+) /.exec(device.reason ?? '')?.[1] ?? 0);
      this.#report(badForAReason(device, this.ledger.ended.get(id) ?? null, this.ledger.overlapsOf(id)));
    }
  }
}

function find(devices: readonly DeviceFact[], name: string): DeviceFact | undefined {
  return devices.find((device) => device.name === name);
}

/** The newest job on a device, in a list that starts with the newest. */
function newestOn(jobs: readonly JobFact[], device: string): JobFact | undefined {
  return jobs.find((job) => job.device === device);
}
