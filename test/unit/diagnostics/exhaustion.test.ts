import { expect, test } from 'vitest';
import { exhaustionOf, ExternalError } from '../../../src/diagnostics/index.js';

const withCode = (code: string, cause?: unknown) =>
  Object.assign(new Error(`${code}: what the system calls it, open '/x'`, { cause }), { code });

test.each([
  ['EMFILE', 'too many open files', 'ulimit -n'],
  ['ENFILE', 'too many open files on this machine', 'ulimit -n'],
  ['ENOSPC', 'no space left on the disk', 'Free space'],
  ['EDQUOT', 'the disk quota is exceeded', 'Free space'],
  ['SQLITE_FULL', 'no space left on the disk', 'Free space'],
  ['SQLITE_IOERR_SHMSIZE', 'no space left on the disk', 'Free space'],
  ['SQLITE_BUSY', 'another program has locked the database', 'lsof'],
  ['SQLITE_BUSY_SNAPSHOT', 'another program has locked the database', 'lsof'],
  ['53100', 'no space left on the disk of the database', 'Free space'],
  ['53300', 'the database accepts no more connections', 'max_connections'],
])('%s is named, whatever was tried', (code, why, hint) => {
  for (const cause of [withCode(code), new Error('failed', { cause: withCode(code) })]) {
    const error = new ExternalError({
      what: 'listen for the API',
      where: '127.0.0.1:8020',
      why: 'failed',
      retry: 'after-change',
      hint: 'Stop the program that uses this port, or choose another port.',
      cause,
    });
    expect(error.message).toBe(`cannot listen for the API (127.0.0.1:8020): ${why}. ${error.hint ?? ''}`);
    expect(error.hint).toContain(hint);
    expect(error.retry).toBe('soon');
  }
});

test('other errors stay as they are', () => {
  expect(exhaustionOf(withCode('ENOENT', withCode('EACCES')))).toBeNull();
  expect(exhaustionOf('ENOSPC')).toBeNull();
  const error = new ExternalError({
    what: 'a',
    where: 'b',
    why: 'c',
    retry: 'never',
    cause: withCode('EACCES'),
  });
  expect(error.message).toBe('cannot a (b): c');
});

test('a chain of causes that is a circle ends', () => {
  const error = new Error('a');
  error.cause = error;
  expect(exhaustionOf(error)).toBeNull();
});
