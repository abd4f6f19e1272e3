import { expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

it('a worker has what its files specify, and nothing else', () => {
  const fields = (files: Readonly<Record<string, string>>) => {
    const { lab, findings } = loadLab(labOf({ ...smallLab, ...files }));
    expect(findings).toEqual([]);
    return lab?.desired.get('main')?.objects.get('worker/w1')?.fields;
  };
  expect(fields({ 'workers/w1/worker.yaml': 'kind: Worker\nsite: here\n' })).toEqual({});
  expect(
    fields({
      'workers/w1/worker.yaml':
        'kind: Worker\nsite: here\ndescription: first\nhealth: Maintenance\njobLimit: 3\n',
      'workers/w1/env.yaml': 'purge: true\n',
    }),
  ).toEqual({ description: 'first', health: 'Maintenance', jobLimit: 3, env: 'purge: true\n' });
});
