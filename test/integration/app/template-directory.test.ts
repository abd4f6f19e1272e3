import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { templateDirectory } from '../../../src/app/lab/template-directory.js';

let root: string;
let lab: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'lavaflow-sources-')));
  lab = join(root, 'repository/lab');
  for (const directory of [
    'repository/.git',
    'repository/upstream',
    'repository/lab/upstream',
    'other/types',
  ]) {
    mkdirSync(join(root, directory), { recursive: true });
  }
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const locate = (directory: string, isInBase = false, allowed?: string) =>
  templateDirectory(lab, directory, {
    isInBase,
    environment: allowed === undefined ? {} : { LAVAFLOW_TEMPLATE_DIRECTORIES: allowed },
  });

test.each(['upstream', './upstream/', '../upstream', 'missing', '.'])(
  '%s is in the repository',
  (directory) => {
    expect(locate(directory)).toContain(join(root, 'repository'));
  },
);

test.each(['../../other/types', '/etc', '/', '../..', '../../repository-2'])('%s is not', (directory) => {
  expect(() => locate(directory)).toThrow(/is outside of the lab's repository/);
});

test('neither is a link that leads out of it, even if the base branch names it', () => {
  symlinkSync(join(root, 'other'), join(lab, 'link'));
  for (const isInBase of [false, true]) {
    expect(() => locate('link', isInBase)).toThrow(/outside/);
    expect(() => locate('link/types', isInBase)).toThrow(/outside/);
  }
});

test('the base branch and the operator can allow others', () => {
  expect(locate('../../other/types', true)).toBe(join(root, 'other/types'));
  expect(locate('../../other/types', false, `/a:${root}/other`)).toBe(join(root, 'other/types'));
  expect(() => locate('../../other/types', false, `${root}/oth:`)).toThrow(/outside/);
  expect(locate('/usr/share/lava-server/device-types')).toBe('/usr/share/lava-server/device-types');
});
