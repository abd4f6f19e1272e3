import { describe, expect, it } from 'vitest';
import { assignSites, type SiteChoices } from '../../../../src/lab/index.js';
import type { ConfigurationObject } from '../../../../src/model/index.js';
import { observedMaster } from '../../../support/lab/plan-of.js';
import { device, worker } from '../../../support/targets/master-changes.js';

const derived: SiteChoices = { rules: [], rest: null, fallback: 'main' };

function sitesOf(
  names: readonly string[],
  choices: SiteChoices = derived,
  devices: readonly ConfigurationObject[] = [],
): Readonly<Record<string, string>> {
  const observed = observedMaster([...names.map((name) => worker(name)), ...devices]);
  return Object.fromEntries(assignSites(observed, names, choices).ofWorker);
}

describe('the sites of the workers of a master', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    [
      'their domains',
      {
        'dispatcher1.cambridge.example.org': 'cambridge.example.org',
        'dispatcher2.Cambridge.example.org': 'cambridge.example.org',
        'd1.lavalab': 'lavalab',
      },
    ],
    [
      'names that start with lab-',
      {
        'lab-cambridge-worker-1': 'lab-cambridge',
        'lab-paris': 'lab-paris',
        'lab-1': 'main',
        'lab-worker-2': 'main',
      },
    ],
    [
      'names with the role of the machine',
      { 'cambridge-worker-2': 'cambridge', 'lava-slave-paris': 'paris', 'worker-new-york-1': 'new-york' },
    ],
    [
      'names that differ in a number',
      { 'rack-1': 'rack', 'rack-2': 'rack', gimli: 'main', legolas3: 'main' },
    ],
    ['nothing', { 'worker-1': 'main', 'lava-dispatcher2': 'main', 'slave-3': 'main', '10.0.0.7': 'main' }],
  ])('are derived from %s', (_what, expected) => {
    expect(sitesOf(Object.keys(expected))).toEqual(expected);
  });

  it('are derived from the physical group that all devices of a worker have', () => {
    const boards = [
      device('a', { worker: 'worker-1', physicalGroup: 'paris' }),
      device('b', { worker: 'worker-1', physicalGroup: 'paris' }),
      device('c', { worker: 'worker-1' }),
      device('d', { worker: 'worker-2', physicalGroup: 'paris' }),
      device('e', { worker: 'worker-2', physicalGroup: 'london' }),
      device('f', { worker: 'worker-3', physicalGroup: 'no name!' }),
    ];
    expect(sitesOf(['worker-1', 'worker-2', 'worker-3'], derived, boards)).toEqual({
      'worker-1': 'paris',
      'worker-2': 'main',
      'worker-3': 'main',
    });
  });

  it('follow the rules of the user first', () => {
    const names = ['a-worker-1', 'b-worker-1', 'c-worker-1'];
    const rules = [
      { site: 'north', pattern: 'a-*' },
      { site: 'south', pattern: '*-worker-1' },
    ];
    expect(sitesOf(names, { rules, rest: null, fallback: 'main' })).toEqual({
      'a-worker-1': 'north',
      'b-worker-1': 'south',
      'c-worker-1': 'south',
    });
    const [first] = rules;
    if (first === undefined) throw new Error('no rule');
    expect(sitesOf(names, { rules: [first], rest: null, fallback: 'main' })).toMatchObject({
      'b-worker-1': 'b',
    });
    expect(sitesOf(names, { rules: [first], rest: 'all', fallback: 'all' })).toMatchObject({
      'b-worker-1': 'all',
    });
  });

  it('are at least one, and the fallback only if something belongs to it', () => {
    const namesOf = (names: readonly string[], devices: readonly ConfigurationObject[] = []) =>
      assignSites(observedMaster([...names.map((name) => worker(name)), ...devices]), names, derived);
    expect(namesOf([])).toMatchObject({ names: ['main'], unsure: [] });
    expect(namesOf(['lab-x-1'])).toMatchObject({ names: ['lab-x'], unsure: [] });
    expect(namesOf(['lab-x-1', 'gimli'])).toMatchObject({ names: ['lab-x', 'main'], unsure: ['gimli'] });
    expect(namesOf(['lab-x-1'], [device('loose', { worker: null })])).toMatchObject({
      names: ['lab-x', 'main'],
    });
  });
});
