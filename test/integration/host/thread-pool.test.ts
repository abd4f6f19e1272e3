import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ThreadPool, type ThreadPoolOptions } from '../../../src/host/index.js';
import { until } from '../../support/until.js';

/** Tasks: wait for a gate to open; loop forever; use memory; throw; return what they received. */
const program = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', (task) => {
  if (task.gate) {
    Atomics.add(task.gate, 1, 1);
    Atomics.wait(task.gate, 0, 0);
  }
  if (task.loop) for (;;);
  if (task.memory) { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }
  if (task.fail) throw new Error('a bug');
  parentPort.postMessage(task.name);
});
parentPort.postMessage('ready');
`;

let directory: string;
let pool: ThreadPool;

function start(options: Partial<ThreadPoolOptions> = {}): ThreadPool {
  const file = join(directory, 'program.mjs');
  writeFileSync(file, program);
  pool = new ThreadPool({
    ...{ file, threads: 2, heapMb: 64, timeLimitMs: 60_000, mostQueued: 10, mostQueuedPerClient: 3 },
    ...options,
  });
  return pool;
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lavaflow-threads-'));
});
afterEach(async () => {
  await pool.stop();
  rmSync(directory, { recursive: true });
});

const user = (client: string) => ({ client, isGuest: false });
const guest = (client: string) => ({ client, isGuest: true });

/** A task that runs until the gate is opened. */
function closedGate() {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  return {
    task: { gate, name: 'gated' },
    /** Resolves when the number of tasks behind the gate is running. */
    entered: (count: number) => until('the tasks run', () => Atomics.load(gate, 1) >= count),
    open() {
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    },
  };
}

test('a task runs in a thread and returns its value', async () => {
  start();
  const outcomes = await Promise.all(['a', 'b', 'c'].map((name) => pool.run({ name }, user(name))));
  expect(outcomes).toMatchObject(['a', 'b', 'c'].map((value) => ({ ok: true, value })));
});

test('a task that does not end is ended, and the next one runs', async () => {
  start({ timeLimitMs: 200 });
  expect(await pool.run({ loop: true }, user('a'))).toMatchObject({ ok: false, why: 'time' });
  expect(await pool.run({ name: 'next' }, user('a'))).toMatchObject({ ok: true, value: 'next' });
});

test('a task that needs too much memory is ended, and the next one runs', async () => {
  start();
  expect(await pool.run({ memory: true }, user('a'))).toMatchObject({ ok: false, why: 'memory' });
  expect(await pool.run({ name: 'next' }, user('a'))).toMatchObject({ ok: true, value: 'next' });
});

test('a bug in a task fails that task only', async () => {
  start();
  await expect(pool.run({ fail: true }, user('a'))).rejects.toThrow('a bug');
  expect(await pool.run({ name: 'next' }, user('a'))).toMatchObject({ ok: true, value: 'next' });
});

test('a program that cannot start fails the tasks that wait for it', async () => {
  start({ file: join(directory, 'missing.mjs') });
  await expect(pool.run({}, user('a'))).rejects.toThrow(/missing\.mjs/);
});

test('clients take turns, and none has two running tasks', async () => {
  start();
  const gate = closedGate();
  const done: string[] = [];
  const note = (name: string) => () => done.push(name);
  const first = pool.run(gate.task, user('greedy'));
  await gate.entered(1);
  const others = [
    pool.run({ name: 'x' }, user('greedy')).then(note('greedy 2')),
    pool.run({ name: 'x' }, user('greedy')).then(note('greedy 3')),
    pool.run({ name: 'x' }, user('modest')).then(note('modest')),
  ];
  // The second thread is free, but not for the greedy client.
  await others[2];
  expect(done).toEqual(['modest']);
  gate.open();
  await Promise.all([first, ...others]);
  expect(done).toEqual(['modest', 'greedy 2', 'greedy 3']);
});

test('guests leave one thread for the others', async () => {
  start();
  const gate = closedGate();
  const guests = ['a', 'b', 'c'].map((name) => pool.run(gate.task, guest(name)));
  await gate.entered(1);
  expect(await pool.run({ name: 'mine' }, user('u'))).toMatchObject({ ok: true, value: 'mine' });
  gate.open();
  await Promise.all(guests);
});

test('the queue is limited, for each client and for all', async () => {
  start({ mostQueued: 4, mostQueuedPerClient: 2 });
  const gate = closedGate();
  const running = ['a', 'b'].map((name) => pool.run(gate.task, user(name)));
  await gate.entered(2);
  const queued = ['a', 'a'].map((name) => pool.run({ name }, user(name)));
  expect(await pool.run({}, user('a'))).toEqual({ ok: false, why: 'busy', ms: 0 });
  queued.push(...['b', 'b'].map((name) => pool.run({ name }, user(name))));
  expect(await pool.run({}, user('c'))).toEqual({ ok: false, why: 'busy', ms: 0 });
  gate.open();
  await Promise.all([...running, ...queued]);
});

test('stopping ends running and waiting tasks', async () => {
  start();
  const gate = closedGate();
  const tasks = ['a', 'a'].map((name) => pool.run(gate.task, user(name)));
  const ends = Promise.allSettled(tasks);
  await gate.entered(1);
  await pool.stop();
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(pool.run({}, user('a'))).rejects.toThrow('stopped');
});
