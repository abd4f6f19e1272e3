import { expect, test } from 'vitest';

import { executorsOf, watchdogsOf } from '../../bench/soak/processes.js';

const node = process.execPath;
const executor = [node, '/x/bundle/executor.js', '--dir', '/s/jobs/7', '--job-id', '7'];
const watchdog = [node, '/x/bundle/watchdog.js', '{"directory":"/s/jobs/7","jobId":7}'];
const processes = [
  { pid: 10, parent: 1, words: watchdog },
  { pid: 11, parent: 10, words: ['/bin/sh', '-c', 'read -r go && exec "$@"', 'sh', ...executor] },
  { pid: 12, parent: 11, words: executor },
  // Between fork and exec, a child of the executor has its command line.
  { pid: 13, parent: 12, words: executor },
  { pid: 14, parent: 10, words: [...executor, '--power-off'] },
];

test('an executor is told from what waits for it, what it starts, and what powers off its board', () => {
  expect(executorsOf(processes)).toEqual([{ pid: 12, job: 7 }]);
  expect(executorsOf([...processes, { pid: 15, parent: 10, words: executor }])).toHaveLength(2);
  expect(watchdogsOf(processes)).toEqual([{ pid: 10, job: 7 }]);
});
