import { afterEach, expect, test } from 'vitest';

import { identify, ProgramError, runProgram, streamProgram } from '../../../src/host/index.js';
import { eventually } from '../../support/until.js';

const sh = (script: string, options: Parameters<typeof runProgram>[2] = {}): Promise<string> =>
  runProgram('/bin/sh', ['-c', script], options);

async function failureOf(task: Promise<unknown>): Promise<ProgramError> {
  const error: unknown = await task.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProgramError);
  return error as ProgramError;
}

let helper = 0;
afterEach(() => {
  if (helper > 0 && identify(helper) !== null) process.kill(helper, 'SIGKILL');
  helper = 0;
});

/** Prints the PID of a helper that stays in the background, and keeps running. */
const withHelper = 'sleep 60 & echo $!; wait';

async function untilGone(pid: number): Promise<void> {
  await eventually(() => {
    // Of an orphan, nobody may ever ask how it ended.
    expect(identify(pid)).toBeNull();
  });
}

test('the program receives the input, and its output is returned', async () => {
  expect(await runProgram('cat', [], { input: 'words ü' })).toBe('words ü');
});

test('a program that does not read its input does not fail', async () => {
  expect(await runProgram('true', [], { input: 'x'.repeat(1_000_000) })).toBe('');
});

test('its standard error is the message', async () => {
  const error = await failureOf(sh('echo half; echo why >&2; exit 3'));
  expect(error.message).toBe('why\n');
  expect(error.exitCode).toBe(3);
});

test('without standard error, its exit code is in the message', async () => {
  expect((await failureOf(sh('exit 4'))).message).toBe('/bin/sh exited with code 4');
});

test('an exit code other than 0 can mean success', async () => {
  expect(await sh('exit 1', { successCodes: [0, 1] })).toBe('');
});

test('a program that was killed has failed, whatever it printed', async () => {
  const error = await failureOf(sh('echo half; kill -9 $$', { successCodes: [0, 1] }));
  expect(error.message).toBe('/bin/sh was killed by SIGKILL');
  expect(error.exitCode).toBeNull();
});

test('a program that does not exist is reported as such', async () => {
  await expect(runProgram('lavaflow-no-such-program', [])).rejects.toThrow('ENOENT');
});

test.each([
  ['the time is up', { timeoutMs: 300 }, 'did not finish within 0.3 s'],
  ['it is silent for too long', { silenceMs: 300 }, 'no output for 0.3 s'],
])('it is killed with its helpers when %s', async (_, options, why) => {
  const stream = streamProgram('/bin/sh', ['-c', withHelper], options);
  const first = await stream.next();
  helper = Number((first.value as Buffer).toString());
  expect((await failureOf(stream.next())).message).toBe(why);
  await untilGone(helper);
});

test('it is killed with its helpers when it is cancelled', async () => {
  const stopping = new AbortController();
  const stream = streamProgram('/bin/sh', ['-c', withHelper], { signal: stopping.signal });
  helper = Number(((await stream.next()).value as Buffer).toString());
  const next = failureOf(stream.next());
  stopping.abort();
  expect((await next).message).toBe('it was cancelled');
  await untilGone(helper);
  expect((await failureOf(sh('true', { signal: stopping.signal }))).message).toBe('it was cancelled');
});

test('it is killed with its helpers when the reader stops', async () => {
  for await (const chunk of streamProgram('/bin/sh', ['-c', withHelper])) {
    helper = Number(chunk.toString());
    break;
  }
  await untilGone(helper);
});

test('endless output is cut off', async () => {
  expect((await failureOf(runProgram('yes', [], { maxBytes: 100_000 }))).message).toBe(
    'more than 100000 bytes',
  );
});

test('a helper that leaves the group and keeps the output open does not delay us', async () => {
  const stream = streamProgram('/bin/sh', ['-c', 'setsid sleep 60 & echo $!; wait'], { timeoutMs: 300 });
  helper = Number(((await stream.next()).value as Buffer).toString());
  expect((await failureOf(stream.next())).message).toBe('did not finish within 0.3 s');
});

test('output on standard error ends the silence, and a slow reader does not count as silence', async () => {
  const script = 'for i in 1 2 3 4 5 6; do sleep 0.1; echo . >&2; done; echo done';
  expect(await sh(script, { silenceMs: 400 })).toBe('done\n');
  let text = '';
  for await (const chunk of streamProgram('/bin/sh', ['-c', 'echo one; sleep 0.2; echo two'], {
    silenceMs: 600,
  })) {
    text += chunk.toString();
    await new Promise((resolve) => setTimeout(resolve, 800));
  }
  expect(text).toBe('one\ntwo\n');
});
