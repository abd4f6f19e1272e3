import { describe, expect, it } from 'vitest';
import { createLabLoader, loadLab, type LabProofs } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

/** The proofs as the next process reads them. */
function proofsOf(files: Record<string, string>): LabProofs {
  const loader = createLabLoader();
  loader.load(labOf(files));
  return JSON.parse(JSON.stringify(loader.proofs())) as LabProofs;
}

/** Loads with proofs. The result must be the same as without. @returns how many dictionaries were rendered */
function renderedWith(proofs: LabProofs, files: Record<string, string>): number {
  const { rendered, ...outcome } = createLabLoader(proofs).load(labOf(files));
  expect({ ...outcome, rendered }).toEqual({ ...loadLab(labOf(files)), rendered });
  return rendered;
}

describe('proofs of an earlier process', () => {
  it('save rendering what has not changed', () => {
    expect(renderedWith(proofsOf(smallLab), smallLab)).toBe(0);
  });

  it.each<[string, Record<string, string>, number]>([
    ['a dictionary', { 'device-dictionaries/board-2.jinja2': `${dictionary('board', 'w2')}{# new #}` }, 1],
    ['a base template', { 'device-types/our-base.jinja2': 'actions: {deploy: {}}\n' }, 2],
    ['a template, so that it fails', { 'device-types/lonely.jinja2': '- no mapping\n' }, 1],
    ['a template, so that it does not parse', { 'device-types/lonely.jinja2': '{% if %}' }, 0],
    ['a worker', { 'workers/w1/worker.yaml': 'kind: Worker\nsite: there\n' }, 0],
  ])('do not hold for %s that changed', (_, change, rendered) => {
    expect(renderedWith(proofsOf(smallLab), { ...smallLab, ...change })).toBe(rendered);
  });

  it('are not valid when a missing template appears', () => {
    const including = {
      ...smallLab,
      'device-types/lonely.jinja2': "usb_sleep: 1\n{% include 'maybe.jinja2' ignore missing %}\n",
    };
    const proofs = proofsOf(including);
    expect(renderedWith(proofs, including)).toBe(0);
    expect(renderedWith(proofs, { ...including, 'device-types/maybe.jinja2': '- no mapping\n' })).toBe(1);
  });

  it('contain nothing with findings, which are reported every time', () => {
    const broken = { ...smallLab, 'device-types/lonely.jinja2': '- no mapping\n' };
    const proofs = proofsOf(broken);
    expect(Object.keys(proofs.rendered)).toHaveLength(2);
    expect(renderedWith(proofs, broken)).toBe(1);
  });

  it('contain the hardware that a template computes, so that a second run reports the same', () => {
    const powered = (port: number) => `${dictionary('lonely', 'w1')}{% set port = ${port} %}\n`;
    const files = {
      ...smallLab,
      'device-types/lonely.jinja2': "commands: {connect: 'telnet host {{ port }}'}\n",
      'device-dictionaries/lonely-1.jinja2': powered(7),
      'device-dictionaries/lonely-2.jinja2': powered(7),
    };
    const proofs = proofsOf(files);
    expect(renderedWith(proofs, files)).toBe(0);
    const { findings } = createLabLoader(proofs).load(labOf(files));
    expect(findings.map(({ code }) => code)).toEqual(['hardware-shared']);
    const path = 'device-dictionaries/lonely-2.jinja2';
    const proven = proofs.rendered[path];
    if (proven === undefined) throw new Error('the dictionary is not proven');
    for (const claims of [undefined, ['serial port'], [7]]) {
      const damaged = { ...proofs.rendered, [path]: { ...proven, claims } };
      expect(renderedWith({ ...proofs, rendered: damaged } as unknown as LabProofs, files)).toBe(1);
    }
  });

  it.each([{}, { 'device-dictionaries/board-1.jinja2': null }, { 'device-dictionaries/board-1.jinja2': {} }])(
    'that are damaged count for nothing: %j',
    (rendered) => {
      const damaged = { parsed: {}, rendered } as unknown as LabProofs;
      expect(renderedWith(damaged, smallLab)).toBe(3);
    },
  );
});
