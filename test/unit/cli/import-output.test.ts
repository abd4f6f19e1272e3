import { expect, it } from 'vitest';

import { describeImport } from '../../../src/cli/print/import.js';

it('names only some of the templates that a release may ship itself', () => {
  const unsureTemplates = Array.from({ length: 160 }, (_, index) => `type-${index}`);
  const imported = {
    software: 'lava',
    release: '2026.10',
    counts: {},
    leftOut: [],
    remarks: [],
    sites: { names: ['here'] },
    templateSource: null,
    likelySecrets: [],
  };
  const outcome = {
    imported: { ...imported, unsureTemplates },
    made: { directory: '/lab', revision: '0' },
    url: 'https://lava.example.com',
    recordsLater: null,
    templateProblem: null,
  };
  const text = describeImport(outcome as unknown as Parameters<typeof describeImport>[0]);
  expect(text).toMatch(
    /\n {2}type-0, type-1, .*, type-19 and 140 more \(--format json lists all\)\nnext: cd \/lab/,
  );
});
