import { describe, expect, it } from 'vitest';
import { ExternalError } from '../../../src/diagnostics/index.js';
import { keyOf, type ConfigurationObject, type ObjectKey } from '../../../src/model/index.js';
import { observeWhole } from '../../../src/reconcile/import/observe-whole.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';
import { device, deviceType, healthCheck, template } from '../../support/targets/master-changes.js';
import { modelMaster } from '../../support/targets/model-master.js';

/** Returns files only by name, as LAVA does; rows are listed. */
function lavaWith(objects: readonly ConfigurationObject[]): MasterTarget & { readonly asked: ObjectKey[][] } {
  const asked: ObjectKey[][] = [];
  const model = modelMaster();
  return Object.assign(model, {
    asked,
    observe: async (interest: ReadonlySet<ObjectKey>) => {
      asked.push([...interest]);
      const seen = objects.filter((object) => {
        const isFile = object.kind === 'template' || object.kind === 'health-check';
        return !isFile || interest.has(keyOf(object));
      });
      const all = await modelMaster().observe(new Set());
      return { ...all, objects: new Map(seen.map((object) => [keyOf(object), object])) };
    },
  });
}

describe('the reading of a whole master', () => {
  it('finds the templates and checks to which dictionaries and templates refer, directly or indirectly', async () => {
    const master = lavaWith([
      deviceType('board'),
      device('d1', { deviceType: 'board', dictionary: "{% extends 'rack.jinja2' %}" }),
      template('rack', "{% include 'parts.jinja2' %}{% extends 'lab-base.jinja2' %}"),
      template('parts', "{% from 'macros.jinja2' import power %}"),
      template('macros', ''),
      template('lab-base', '{% extends "base.jinja2" %}'),
      template('base', 'shipped under this name'),
      template('nobody-refers-to-it', ''),
      healthCheck('rack', 'job'),
    ]);
    const { observed } = await observeWhole(master);
    expect([...observed.objects.keys()].sort()).toEqual([
      'device-type/board',
      'device/d1',
      'health-check/rack',
      'template/base',
      'template/lab-base',
      'template/macros',
      'template/parts',
      'template/rack',
    ]);
    expect(new Set(master.asked.flat()).size).toBe(master.asked.flat().length);
  });

  it('lists a master once if it can read files alone, and never takes a packaged template of a type for its own', async () => {
    const listed = lavaWith([
      deviceType('qemu'),
      device('d1', { deviceType: 'qemu', dictionary: "{% extends 'rack.jinja2' %}" }),
    ]);
    const files = [
      template('rack', "{% extends 'lab-base.jinja2' %}"),
      template('lab-base', 'ours'),
      template('base', 'in force'),
      healthCheck('rack', 'job'),
    ];
    const read: ObjectKey[] = [];
    const master: MasterTarget = Object.assign(listed, {
      readFiles: (keys: ReadonlySet<ObjectKey>, types: ReadonlySet<string>) => {
        read.push(...keys);
        // LAVA returns the packaged text unless it is asked about a device type.
        const packaged = types.has('qemu') ? [] : [template('qemu', 'packaged')];
        const found = [...files, ...packaged].filter((object) => keys.has(keyOf(object)));
        return Promise.resolve({
          objects: new Map(found.map((one) => [keyOf(one), one] as const)),
          unreadable: [],
        });
      },
    });
    const { observed } = await observeWhole(master);
    expect([...observed.objects.keys()].filter((key) => !key.startsWith('device')).sort()).toEqual([
      'health-check/rack',
      'template/base',
      'template/lab-base',
      'template/rack',
    ]);
    expect(listed.asked).toEqual([[]]);
    expect(read.filter((key) => key === 'template/base')).toHaveLength(1);
    expect(read.filter((key) => key === 'template/qemu')).toHaveLength(2);
  });

  it('follows templates that refer to each other once', async () => {
    const master = lavaWith([
      device('d1', { deviceType: 'board', dictionary: "{% extends 'a.jinja2' %}" }),
      template('a', "{% extends 'b.jinja2' %}"),
      template('b', "{% extends 'a.jinja2' %}"),
    ]);
    const { observed } = await observeWhole(master);
    expect(observed.objects.has('template/b')).toBe(true);
  });

  it('gives up on a master that invents endless templates', async () => {
    const endless = modelMaster([
      device('d1', { deviceType: 'b', dictionary: "{% extends 'endless-0.jinja2' %}" }),
    ]);
    let number = 0;
    const rows = endless.observe.bind(endless);
    const master = Object.assign(endless, {
      observe: async (interest: ReadonlySet<ObjectKey>) => {
        const seen = await rows(interest);
        number += 1;
        const made = [...interest].map((key) =>
          template(key.slice(9), `{% extends 'endless-${number}.jinja2' %}`),
        );
        return {
          ...seen,
          objects: new Map([...seen.objects, ...made.map((one) => [keyOf(one), one] as const)]),
        };
      },
    });
    await expect(observeWhole(master)).rejects.toThrow(ExternalError);
    expect(number).toBeLessThan(30);
  });

  it('fails when the master becomes unavailable meanwhile', async () => {
    const master = modelMaster([deviceType('board')]);
    const rows = master.observe.bind(master);
    let calls = 0;
    master.observe = (interest) => {
      calls += 1;
      if (calls === 1) return rows(interest);
      return Promise.reject(
        new ExternalError({ what: 'read', where: 'there', why: 'it left', retry: 'soon' }),
      );
    };
    await expect(observeWhole(master)).rejects.toThrow('it left');
  });
});
