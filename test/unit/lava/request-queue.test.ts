import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { createRequestQueue } from '../../../src/lava/request-queue.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Requests that wait until they are answered one by one. */
function ask(queue: ReturnType<typeof createRequestQueue>, count: number) {
  const answers: (() => void)[] = [];
  let running = 0;
  for (let index = 0; index < count; index++) {
    void queue.add(async () => {
      running += 1;
      await new Promise<void>((resolve) => answers.push(resolve));
      running -= 1;
    });
  }
  return {
    running: () => running,
    async answer(times = 1) {
      for (let done = 0; done < times; done++) {
        answers.shift()?.();
        await vi.advanceTimersByTimeAsync(0);
      }
    },
  };
}

it('gives the first request a head start', async () => {
  const requests = ask(createRequestQueue(4), 10);
  expect(requests.running()).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(requests.running()).toBe(2);
});

it('uses more connections only for many requests, and never more than allowed', async () => {
  const requests = ask(createRequestQueue(4), 60);
  await vi.advanceTimersByTimeAsync(1000);
  await requests.answer(6);
  expect(requests.running()).toBe(2);
  await requests.answer(40);
  expect(requests.running()).toBe(4);
});

it('starts with one request again when it had nothing to do', async () => {
  const queue = createRequestQueue(4);
  const first = ask(queue, 3);
  await vi.advanceTimersByTimeAsync(1000);
  await first.answer(3);
  const second = ask(queue, 3);
  expect(second.running()).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(second.running()).toBe(2);
  await second.answer(3);
  expect(vi.getTimerCount()).toBe(0);
});
