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
  const comment = '# nothing yet\n';
  expect(
    fields({ 'workers/w1/env.yaml': comment, 'workers/w1/dispatcher.yaml': `---\n${comment}` }),
  ).toMatchObject({ env: comment, dispatcherConfig: `---\n${comment}` });
});

it.each([
  ['env-dut.yaml', '# only a comment\n', 'yaml-not-a-mapping 1:1 Write `overrides: {}`, or delete the file.'],
  ['env.yaml', 'overrides: {1: a, no: b}\n', 'yaml-wrong-type 1:13 Put it in quotes.'],
  [
    'dispatcher.yaml',
    'dispatcher_ip:\n',
    'yaml-wrong-type 1:15 Write a value, or comment out the key as well.',
  ],
])('%s is rejected as in LAVA: %j', (base, text, expected) => {
  const { findings } = loadLab(labOf({ ...smallLab, [`workers/w1/${base}`]: text }));
  const [first] = findings;
  expect(
    `${first?.code ?? ''} ${first?.place.line ?? 0}:${first?.place.column ?? 0} ${first?.hint ?? ''}`,
  ).toBe(expected);
});
