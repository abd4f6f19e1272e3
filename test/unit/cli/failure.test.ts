import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { runDispatcher } from '../../../src/app/parts/index.js';
import { reportFailure } from '../../../src/cli/failure.js';

let printed: string;
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('names a package that is not installed, and what to do', () => {
  const error = Object.assign(new Error("Cannot find package 'zeromq' imported from /opt/lavaflow/x.js"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  expect(reportFailure(error)).toBe(1);
  expect(printed).toBe(
    "error: the package zeromq is not installed\n  hint: Run npm install in lavaflow's directory.\n",
  );
});

it.each(['foo', 'tcp://host', 'tcp://host:0', 'tcp://host:99999', 'ipc:///tmp/x'])(
  'rejects the endpoint %s of a dispatcher',
  async (control) => {
    const run = runDispatcher({
      hostname: 'w1',
      state: '/nonexistent',
      control,
      logs: 'tcp://127.0.0.1:5555',
      masterCertificate: '/nonexistent',
      certificate: '/nonexistent',
      jobUser: null,
      jobNamespaces: true,
      jobsAtStop: 'leave',
      prettyLog: false,
    });
    await expect(run).rejects.toThrow(`${control} is not tcp://HOST:PORT`);
  },
);
