/**
 * Threads for long computations, so that they do not stop the event loop. A thread runs one task at a time.
 *
 *   thread: starting -> idle -> busy -> idle; busy -> ended (time limit, memory limit, failure); any -> ended (stop)
 *   task:   queued -> running -> done; queued -> refused (the queue is full, or the pool stops)
 *
 * Threads start when they are needed. An ended thread is replaced by the next task. No client can keep the others
 * waiting: the clients take turns, each has one running task at most, and guests leave one thread for the others.
 */
import { Worker } from 'node:worker_threads';
import { hasCode } from '../errno.js';

export interface ThreadPoolOptions {
  /** The program of a thread. It calls `serveTasks`. */
  readonly file: string;
  /** The number of threads, at least 2. */
  readonly threads: number;
  /** The memory of a thread, in MiB. */
  readonly heapMb: number;
  /** A task that runs longer is ended, with its thread. */
  readonly timeLimitMs: number;
  /** The number of tasks that may wait, of all clients and of one. */
  readonly mostQueued: number;
  readonly mostQueuedPerClient: number;
}

/** For whom a task runs. */
export interface TaskOwner {
  readonly client: string;
  /** Nobody knows this client. */
  readonly isGuest: boolean;
}

/**
 * `ms`: how long the task ran.
 * - `time`, `memory`: the task exceeded this limit.
 * - `busy`: too many tasks are waiting; this one did not run.
 */
export type TaskOutcome =
  | { readonly ok: true; readonly value: unknown; readonly ms: number }
  | { readonly ok: false; readonly why: 'time' | 'memory' | 'busy'; readonly ms: number };

interface Task {
  readonly input: unknown;
  readonly owner: TaskOwner;
  readonly timeLimitMs: number;
  readonly resolve: (outcome: TaskOutcome) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  isReady: boolean;
  running: { readonly task: Task; readonly startedAtMs: number; readonly timer: NodeJS.Timeout } | null;
}

export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #threads = new Set<Thread>();
  readonly #ending = new Set<Promise<unknown>>();
  /** By client, in the order of their turns. */
  readonly #queues = new Map<string, Task[]>();
  #queued = 0;
  #isStopped = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  /**
   * Runs a task in a thread.
   * @param input a value that can be cloned
   * @param timeLimitMs instead of that of the pool
   * @throws Error when the program of the thread fails, or the pool is stopped
   */
  async run(input: unknown, owner: TaskOwner, timeLimitMs = this.#options.timeLimitMs): Promise<TaskOutcome> {
    if (this.#isStopped) throw new Error(stopped);
    const queue = this.#queues.get(owner.client) ?? [];
    const { mostQueued, mostQueuedPerClient } = this.#options;
    if (this.#queued >= mostQueued || queue.length >= mostQueuedPerClient) {
      return { ok: false, why: 'busy', ms: 0 };
    }
    return new Promise((resolve, reject) => {
      queue.push({ input, owner, timeLimitMs, resolve, reject });
      this.#queues.set(owner.client, queue);
      this.#queued += 1;
      this.#assign();
    });
  }

  /** Ends all threads. Tasks that run or wait fail. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#refuseAll(new Error(stopped));
    for (const thread of [...this.#threads]) {
      const task = thread.running?.task;
      this.#end(thread);
      task?.reject(new Error(stopped));
    }
    await Promise.all(this.#ending);
  }

  /** Gives waiting tasks to idle threads, and starts threads for the others. */
  #assign(): void {
    for (;;) {
      const next = this.#nextTask();
      if (next === null) return;
      const idle = [...this.#threads].find(({ isReady, running }) => isReady && running === null);
      if (idle === undefined) {
        const isStarting = [...this.#threads].some(({ isReady }) => !isReady);
        if (!isStarting && this.#threads.size < this.#options.threads) this.#start();
        return;
      }
      this.#take(next);
      this.#give(idle, next);
    }
  }

  /** The first task of the first client whose turn it is; null if no task may run now. */
  #nextTask(): Task | null {
    const owners = [...this.#threads].flatMap(({ running }) =>
      running === null ? [] : [running.task.owner],
    );
    const guests = owners.filter(({ isGuest }) => isGuest).length;
    for (const [client, [task]] of this.#queues) {
      if (task === undefined || owners.some((owner) => owner.client === client)) continue;
      if (task.owner.isGuest && guests >= this.#options.threads - 1) continue;
      return task;
    }
    return null;
  }

  /** Removes a task from its queue. Its client has its next turn after all others. */
  #take(task: Task): void {
    const { client } = task.owner;
    const queue = this.#queues.get(client) ?? [];
    queue.shift();
    this.#queued -= 1;
    this.#queues.delete(client);
    if (queue.length > 0) this.#queues.set(client, queue);
  }

  #give(thread: Thread, task: Task): void {
    const startedAtMs = performance.now();
    const timer = setTimeout(() => {
      this.#finish(thread, { ok: false, why: 'time' });
      this.#end(thread);
      this.#assign();
    }, task.timeLimitMs);
    thread.running = { task, startedAtMs, timer };
    thread.worker.ref();
    thread.worker.postMessage(task.input);
  }

  #start(): void {
    const { file, heapMb } = this.#options;
    const worker = new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      execArgv: [],
      // A thread reads nothing from the process.
      env: {},
    });
    const thread: Thread = { worker, isReady: false, running: null };
    this.#threads.add(thread);
    worker.on('message', (message: unknown) => {
      if (thread.isReady) this.#finish(thread, { ok: true, value: message });
      thread.isReady = true;
      if (this.#threads.has(thread)) worker.unref();
      this.#assign();
    });
    worker.on('error', (error: unknown) => {
      this.#fail(thread, error);
    });
    worker.on('exit', () => {
      this.#fail(thread, new Error(`a thread of ${file} ended`));
    });
  }

  #fail(thread: Thread, error: unknown): void {
    if (!this.#threads.has(thread)) return;
    const isReady = thread.isReady;
    const task = thread.running?.task;
    if (hasCode(error, 'ERR_WORKER_OUT_OF_MEMORY')) this.#finish(thread, { ok: false, why: 'memory' });
    else task?.reject(asError(error));
    this.#end(thread);
    // A program that cannot start fails the tasks that wait for it.
    if (!isReady) this.#refuseAll(asError(error));
    this.#assign();
  }

  #refuseAll(error: Error): void {
    const waiting = [...this.#queues.values()].flat();
    this.#queues.clear();
    this.#queued = 0;
    for (const task of waiting) task.reject(error);
  }

  #finish(
    thread: Thread,
    outcome:
      | { readonly ok: true; readonly value: unknown }
      | { readonly ok: false; readonly why: 'time' | 'memory' },
  ): void {
    const { running } = thread;
    if (running === null) return;
    clearTimeout(running.timer);
    thread.running = null;
    running.task.resolve({ ...outcome, ms: performance.now() - running.startedAtMs });
  }

  #end(thread: Thread): void {
    if (!this.#threads.delete(thread)) return;
    clearTimeout(thread.running?.timer);
    thread.running = null;
    thread.worker.unref();
    const ending = thread.worker.terminate();
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }
}

const stopped = 'the threads are stopped';

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
