/** LAVA's own templates for an import: from a repository with synthetic templates, and from none. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { findLavaTemplates } from '../../../src/app/new-lab/lava-templates.js';
import { lavaCommits, lavaTemplatePath } from '../../../src/lab/index.js';
import { parseRelease, newestKnownRelease, oldestKnownRelease } from '../../../src/model/index.js';
import {
  makeTestDirectory,
  makeTestRepository,
  testRepositoryAt,
  type TestRepository,
} from '../../support/git/git-repository.js';

let lava: TestRepository;
let commits: Readonly<Record<string, string>>;
let cache: string;
beforeAll(async () => {
  lava = await makeTestRepository();
  const old = await lava.commit({ [`${lavaTemplatePath}/base.jinja2`]: 'old: 1\n' });
  await lava.git('tag', '2099.01');
  const later = await lava.commit({ [`${lavaTemplatePath}/base.jinja2`]: 'new: 1\n', README: 'x' });
  await lava.git('tag', '--annotate', '--message', 'a release', '2099.02');
  await lava.git('tag', '--annotate', '--message', 'a release', '2023.01');
  await lava.git('checkout', '--quiet', '--orphan', 'empty');
  await lava.git('rm', '-r', '--quiet', '--force', '.');
  await lava.commit({ README: 'x' });
  await lava.git('tag', '2099.03');
  commits = { '2099.01': old, '2099.02': later, '2023.01': later };
});
afterAll(() => lava.remove());
beforeEach(async () => {
  cache = await makeTestDirectory();
});
afterEach(() => testRepositoryAt(cache).remove());

const search = (release: string, git: string | null = lava.directory, software = 'lava') =>
  findLavaTemplates({ software, release, git, cache, onFetching: () => undefined });

describe('the templates that a LAVA release ships', () => {
  it.each([
    ['2099.01', '2099.01', 'old: 1\n'],
    ['2099.02', '2099.02', 'new: 1\n'],
    ['2099.02-1~bpo13+1', '2099.02', 'new: 1\n'],
    // This repository does not have the commit that lavaflow knows.
    ['2023.01', '2023.01', 'new: 1\n'],
  ])('of a master with %s are those of the tag %s', async (release, tag, text) => {
    const { source, templates, problem } = await search(release);
    expect(source).toEqual({
      git: `file://${lava.directory}`,
      commit: commits[tag],
      path: lavaTemplatePath,
      what: `LAVA's own templates of release ${tag}`,
      whyNot: null,
    });
    expect([...templates].map(([name, template]) => [name, template.text])).toEqual([['base.jinja2', text]]);
    expect(problem).toBeUndefined();
  });

  it.each([
    ['2099.04', 'The repository has no tag 2099.04.'],
    ['2099.03', 'They could not be fetched'],
    ['2099.02.0012.g1234abc', 'The repository has no tag'],
  ])('of a master with %s are not used: %s', async (release, reason) => {
    const { source, templates } = await search(release);
    expect(source?.whyNot).toContain(reason);
    expect(templates.size).toBe(0);
  });

  it('are a comment with how to find the commit if lavaflow does not know it', async () => {
    const { source } = await search('2099.05-1', '/nonexistent/lava.git');
    expect(source?.whyNot).toBe(
      'They could not be fetched during the import. lavaflow does not know the commit of release 2099.05: enter it (`git ls-remote file:///nonexistent/lava.git 2099.05`), and remove the comment marks.',
    );
    const hostile = await search('2099.05\nkind: Other', '/nonexistent/lava.git');
    expect(hostile.source?.whyNot).not.toContain('\n');
  });

  it('are a comment with the known commit if the repository cannot be reached', async () => {
    const { source, templates, problem } = await search('2023.01', '/nonexistent/lava.git');
    expect(source).toMatchObject({ commit: lavaCommits['2023.01'], git: 'file:///nonexistent/lava.git' });
    expect(source?.whyNot).toContain('could not be fetched');
    expect(problem).toContain('/nonexistent/lava.git');
    expect(templates.size).toBe(0);
  });

  it('are not fetched if nobody wants them, or if the master is an embedded one', async () => {
    expect((await search('2023.01', null)).source).toMatchObject({
      commit: lavaCommits['2023.01'],
      whyNot: 'The import was told not to fetch them. To use them, remove the comment marks.',
    });
    expect(await search('2026.10', null)).toMatchObject({
      source: { commit: lavaCommits['2026.07'], what: "LAVA's own templates of release 2026.07" },
    });
    expect(await search('0.1.0', lava.directory, 'lavaflow')).toEqual({ source: null, templates: new Map() });
  });
});

it('knows the commits of the releases from the oldest on', () => {
  const releases = Object.keys(lavaCommits);
  expect(releases).toEqual([...releases].sort());
  expect(parseRelease(releases[0] ?? '')).toBe(oldestKnownRelease);
  for (const release of releases) expect(parseRelease(release)).toBeLessThanOrEqual(newestKnownRelease);
  expect(new Set(Object.values(lavaCommits)).size).toBe(releases.length);
  expect(Object.values(lavaCommits).filter((commit) => !/^[0-9a-f]{40}$/.test(commit))).toEqual([]);
});
