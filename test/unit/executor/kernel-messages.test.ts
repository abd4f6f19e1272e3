import { expect, it } from 'vitest';
import { watchKernel } from '../../../src/executor/boot/kernel-messages.js';
import { ExpectBuffer, type Found } from '../../../src/executor/console/expect-buffer.js';
import type { ConsoleSession } from '../../../src/executor/console/session.js';
import { JobLog } from '../../../src/executor/log/job-log.js';
import type { ActionRun } from '../../../src/executor/pipeline/action.js';
import { compilePattern, type Regex } from '../../../src/regex/index.js';

it('reports a limited amount of the messages that a board prints', async () => {
  const lines: string[] = [];
  const run = {
    job: { log: new JobLog((line) => lines.push(line)) },
    planned: { namespace: 'common', level: '1.1' },
  } as unknown as ActionRun;
  const buffer = new ExpectBuffer();
  const texts = [...Array.from({ length: 3000 }, () => `Oops: ${'x'.repeat(1000)}\r\n`), 'login:'];
  const session = {
    expect: (patterns: readonly Regex[]): Promise<Found> => {
      buffer.restart();
      for (;;) {
        const found = buffer.take(patterns);
        if (found !== undefined) return Promise.resolve(found);
        const [text] = texts.splice(0, 1);
        if (text === undefined) return Promise.reject(new Error('the console is at its end'));
        buffer.push(text);
      }
    },
  } as unknown as ConsoleSession;
  const boot = await watchKernel(run, session, [compilePattern('login:')], undefined);
  expect(boot.index).toBe(0);
  expect(boot.messages.length).toBeGreaterThan(200);
  expect(boot.messages.length).toBeLessThan(300);
  expect(lines.at(-1)).toContain('"case": "kernel-messages"');
});
