import PQueue from 'p-queue';

/** Long enough for a process of the master to accept a connection and to begin with its request. */
const headStartMs = 10;
/** With few requests, more than two connections do not help, and a process that has several of them gets more to do. */
const responsesPerConnection = 8;

/**
 * The queue of the requests to a master.
 *
 *   one at a time -> two          when the first request is on its way
 *   two -> maxConnections         one more after every few responses
 *   any -> one at a time          when nothing is left to do
 *
 * LAVA's server has several processes, and one of them accepts all connections that are waiting. Connections that are opened
 * at the same time often get to the same process, which then does most of the work. So the second one is opened later, when
 * that process is probably busy. It may still get it (docs/benchmarks.md).
 */
export function createRequestQueue(maxConnections: number): PQueue {
  const queue = new PQueue({ concurrency: 1 });
  let headStart: NodeJS.Timeout | undefined;
  let responses = 0;
  function grow(): void {
    if (queue.concurrency < maxConnections) queue.concurrency += 1;
  }
  queue.on('active', () => {
    if (queue.concurrency === 1) headStart ??= setTimeout(grow, headStartMs);
  });
  queue.on('next', () => {
    responses += 1;
    if (queue.concurrency > 1 && responses % responsesPerConnection === 0) grow();
  });
  queue.on('idle', () => {
    clearTimeout(headStart);
    headStart = undefined;
    responses = 0;
    // Setting it emits `idle` again.
    if (queue.concurrency !== 1) queue.concurrency = 1;
  });
  return queue;
}
