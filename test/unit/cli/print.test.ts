import { describe, expect, it } from 'vitest';

import { shellWord } from '../../../src/cli/print/shell-word.js';
import { describeUp } from '../../../src/cli/print/up.js';

describe('shellWord', () => {
  it.each([
    ['/srv/labs/my-lab_1.0', '/srv/labs/my-lab_1.0'],
    ['/srv/my lab', "'/srv/my lab'"],
    ["/srv/it's", "'/srv/it'\\''s'"],
    ['/srv/$(id)', "'/srv/$(id)'"],
    ['/srv/Prüfstand', "'/srv/Prüfstand'"],
  ])('writes %s as %s', (path, word) => {
    expect(shellWord(path)).toBe(word);
  });
});

describe('describeUp', () => {
  const summary = {
    masters: {},
    workers: [],
    devices: [],
    jobs: 'run as a user of their own',
    endpoint: {
      url: 'http://127.0.0.1:1',
      control: '',
      logs: '',
      adminTokenFile: '/t',
      reconcilerTokenFile: '/r',
    },
  };
  it('names a job to submit if the lab has one', () => {
    const described = describeUp({ ...summary, exampleJob: 'examples/a.yaml' } as never);
    expect(described).toContain('try:   npx lavaflow jobs submit examples/a.yaml\n');
    expect(described).toContain('jobs:  run as a user of their own\n');
    expect(describeUp({ ...summary, exampleJob: null } as never)).not.toContain('try:');
  });
});
