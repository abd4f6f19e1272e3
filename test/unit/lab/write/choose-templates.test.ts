import { describe, expect, it } from 'vitest';
import { chooseTemplates } from '../../../../src/lab/index.js';
import { keyOf, type ObjectKey, type ObservedMaster } from '../../../../src/model/index.js';
import { deviceType, template } from '../../../support/targets/master-changes.js';

const objects = [
  deviceType('qemu'),
  template('qemu', 'own\n'),
  template('base', 'changed\n'),
  template('lab-base', 'x\n'),
];

function choose(master: Partial<ObservedMaster>, options: { certain?: ObjectKey[]; all?: boolean } = {}) {
  const observed: ObservedMaster = {
    software: 'lava',
    release: '2023.01',
    unreadable: [],
    unsupported: new Set(),
    builtIn: new Set(),
    objects: new Map(objects.map((object) => [keyOf(object), object])),
    ...master,
  };
  const choice = chooseTemplates(
    observed,
    new Set(options.certain ?? ['template/qemu']),
    options.all === true,
  );
  const names = [...choice.observed.objects.values()]
    .filter(({ kind }) => kind === 'template')
    .map(({ name }) => name);
  return { names, unsure: choice.unsure };
}

describe('the templates that an import keeps', () => {
  it('are those that the master reports as its own, that LAVA does not ship, or whose text LAVA does not ship', () => {
    expect(choose({})).toEqual({ names: ['qemu', 'base', 'lab-base'], unsure: [] });
    expect(choose({ release: '2023.01+dfsg-1' })).toEqual({
      names: ['qemu', 'base', 'lab-base'],
      unsure: [],
    });
  });

  it("do not include, on other releases, those whose text may be LAVA's own, unless requested", () => {
    expect(choose({ release: '2024.06' })).toEqual({ names: ['qemu', 'lab-base'], unsure: ['base'] });
    expect(choose({ release: '2020.08' }, { certain: [] })).toEqual({
      names: ['lab-base'],
      unsure: ['base', 'qemu'],
    });
    expect(choose({ release: '2024.06' }, { all: true })).toEqual({
      names: ['qemu', 'base', 'lab-base'],
      unsure: [],
    });
  });

  it('are all templates of an embedded master, which ships none', () => {
    expect(choose({ software: 'lavaflow', release: '0.1.0' }, { certain: [] }).names).toHaveLength(3);
  });
});
