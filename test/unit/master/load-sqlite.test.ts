import type Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { UsageError } from '../../../src/diagnostics/index.js';
import { loadSqlite } from '../../../src/master/store/database/load-sqlite.js';

function failingWith(error: Error): () => Promise<typeof Database> {
  return () => Promise.reject(error);
}

describe('better-sqlite3 that cannot be loaded', () => {
  test.each([
    ['is not installed', Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })],
    ['was not built', new Error('Could not locate the bindings file. Tried:\n /a\n /b')],
    ['was built for another Node', Object.assign(new Error('another'), { code: 'ERR_DLOPEN_FAILED' })],
  ])('%s: names the package and how to install it', async (_, cause) => {
    const error = await loadSqlite(failingWith(cause)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    const { message, hint } = error as UsageError;
    expect(message).toContain('better-sqlite3');
    expect(message).not.toContain('\n');
    expect(hint).toContain('build-essential and python3');
  });

  test('fails in another way: rethrows the error, which is a bug', async () => {
    const cause = new TypeError('something else');
    await expect(loadSqlite(failingWith(cause))).rejects.toBe(cause);
  });
});
