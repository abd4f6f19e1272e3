import { describe, expect, it } from 'vitest';

import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

const file = 'device-types/board.health-check.yaml';

/** `line:column code message` of each finding in a health check. */
function findingsOf(text: string): string[] {
  return loadLab(labOf({ ...smallLab, [file]: text })).findings.map(
    ({ code, message, place: { line, column } }) => `${line ?? ''}:${column ?? ''} ${code} ${message}`,
  );
}

describe('a health check', () => {
  const head = 'job_name: check\nvisibility: public\n';

  it('follows the rules of LAVA and of the master for jobs', () => {
    const text = `${head}timeouts:
  job: {minutes: 5}
  action: {minutes: 5, seconds: 3}
  connection: {hours: 1}
priority: 101
actions:
- boot: {method: minimal, namespace: a}
- boot: {}
`;
    expect(findingsOf(text)).toEqual([
      '5:11 yaml-wrong-value timeouts.action: must have exactly one of days, hours, minutes and seconds',
      "6:15 yaml-wrong-value timeouts.connection: is longer than the job's own timeout",
      '7:11 yaml-wrong-value priority: must be high, medium, low, or a whole number from 0 to 100, not 101',
      '9:1 yaml-wrong-value actions: when one action has a namespace, every action must have one',
      '10:9 yaml-wrong-value actions[1].boot.method: required key not provided',
    ]);
  });

  it('does not need a device type', () => {
    expect(findingsOf(`${head}timeouts: {job: {minutes: 5}}\nactions: []\n`)).toEqual([]);
  });
});
