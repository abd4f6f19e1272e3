import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { makePrivateDirectory } from '../../../src/host/index.js';

let lab: string;
beforeEach(() => {
  lab = mkdtempSync(join(tmpdir(), 'lavaflow-host-'));
});
afterEach(() => {
  rmSync(lab, { recursive: true });
});

describe('a private directory', () => {
  it('is readable by its owner alone, and git ignores the hidden one above it', async () => {
    await Promise.all([
      makePrivateDirectory(join(lab, '.lavaflow', 'records')),
      makePrivateDirectory(join(lab, '.lavaflow', 'template-sources')),
    ]);
    expect(statSync(join(lab, '.lavaflow', 'records')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(lab, '.lavaflow', '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('does not change a directory that exists, or one that is not hidden', async () => {
    mkdirSync(join(lab, '.config'));
    await makePrivateDirectory(join(lab, '.config', 'state'));
    await makePrivateDirectory(join(lab, 'records'));
    expect(existsSync(join(lab, '.config', '.gitignore'))).toBe(false);
    expect(existsSync(join(lab, 'records', '.gitignore'))).toBe(false);
  });
});
