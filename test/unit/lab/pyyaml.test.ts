import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';

function findingsWith(files: Readonly<Record<string, string>>) {
  return loadLab(labOf({ ...smallLab, ...files })).findings;
}

describe('what LAVA reads with PyYAML', () => {
  it('is YAML if PyYAML accepts it, such as a quoted string that continues at the start of a line', () => {
    const template = "{% set end = '\\n' %}\nparameters:\n  y: '{{ end }}'\n  z: {}\n";
    expect(findingsWith({ 'device-types/lonely.jinja2': template })).toEqual([]);
  });

  it('is not YAML if PyYAML rejects it, even if other readers do not', () => {
    const findings = findingsWith({ 'device-types/lonely.jinja2': 'usb_sleep: 1\nparameters: =\n' });
    expect(findings).toMatchObject([
      { code: 'rendered-not-yaml', place: { file: 'device-types/lonely.jinja2', line: 2 } },
    ]);
  });

  const job = smallLab['device-types/board.health-check.yaml'] ?? '';
  it('includes health checks', () => {
    const files = (text: string) => ({ 'device-types/board.health-check.yaml': job + text });
    expect(findingsWith(files('metadata:\n  note: "one\ntwo"\n'))).toEqual([]);
    expect(findingsWith(files('metadata:\n  note: =\n'))).toMatchObject([
      { code: 'yaml-syntax', place: { line: 6, column: 9 } },
    ]);
  });
});
