import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { findOwnSource } from '../../src/app/new-lab/own-source.js';
import { lavaflow } from '../support/cli/run.js';
import { startUp } from '../support/cli/running-up.js';

describe('lavaflow init', () => {
  let parent: string;
  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'lavaflow-init-'));
  });
  afterAll(() => {
    rmSync(parent, { recursive: true, force: true });
  });

  it('creates a lab without findings, in which lavaflow up starts', async () => {
    const init = await lavaflow(parent, ['init', 'my-lab', '--site', 'attic']);
    expect(init).toMatchObject({ code: 0, stderr: '' });
    const lab = join(parent, 'my-lab');
    expect(await lavaflow(lab, ['validate'])).toMatchObject({ code: 0, stderr: 'no findings\n', stdout: '' });
    expect(parse(readFileSync(join(lab, '.github/workflows/lab.yaml'), 'utf8'))).toMatchObject({
      jobs: { validate: { 'runs-on': 'ubuntu-latest' } },
    });
    const up = await startUp(lab);
    expect(await up.stop()).toBe(0);
  });

  it('works without the source of lavaflow, when its clone cannot be opened', async () => {
    const clone = join(parent, 'clone');
    mkdirSync(join(clone, '.git'), { recursive: true });
    expect(await findOwnSource(`${clone}/`)).toBe(null);
  });

  it('accepts only an empty directory', async () => {
    mkdirSync(join(parent, 'empty'));
    expect(await lavaflow(parent, ['init', 'empty'])).toMatchObject({ code: 0 });
    mkdirSync(join(parent, 'full'));
    writeFileSync(join(parent, 'full/file'), 'mine');
    const full = await lavaflow(parent, ['init', 'full']);
    expect(full.code).toBe(1);
    expect(full.stderr).toContain('is not empty');
    expect(readFileSync(join(parent, 'full/file'), 'utf8')).toBe('mine');
    const file = await lavaflow(parent, ['init', 'full/file']);
    expect(file.code).toBe(1);
  });

  it.each([
    [['init', 'x', '--site', '../x'], 'cannot be the name of a site'],
    [['import', '--master', 'http://127.0.0.1:1', 'x'], 'LAVA_TOKEN is not set'],
    [
      ['import', '--master', 'http://127.0.0.1:1', '--token-env', 'a secret', 'x'],
      'not the name of an environment',
    ],
    [['import', '--master', 'nonsense', '--token-env', 'HOME', 'x'], 'URL'],
    [['import', '--master', 'http://a:b@127.0.0.1', '--token-env', 'HOME', 'x'], 'URL'],
    [
      ['import', '--master', 'http://127.0.0.1:1', '--token-env', 'HOME', '--name', 'a/b', 'x'],
      'name of a master',
    ],
    [['import', '--master', 'http://127.0.0.1:1', '--token-file', '/nonexistent/file', 'x'], 'read a token'],
    [['plan', '--mster', 'x'], 'Did you mean --master?)\n(lavaflow plan --help'],
    [
      ['jobs', 'submit', 'x.yaml'],
      'is not a lab, so there is no master to use\n  hint: Specify --lab DIR, or --url',
    ],
  ])('says what is wrong with %j', async (args, message) => {
    const outcome = await lavaflow(parent, args, { LAVA_TOKEN: '' });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).not.toContain('internal error');
  });
});
