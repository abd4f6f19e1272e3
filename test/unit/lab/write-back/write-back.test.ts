import { describe, expect, it } from 'vitest';
import { loadLab, writeBack, type FileMap, type Taken } from '../../../../src/lab/index.js';
import type { ConfigurationObject, FieldValue, ObjectKey } from '../../../../src/model/index.js';
import { labOf } from '../../../support/lab/lab-files.js';
import { smallLab } from '../../../support/lab/small-lab.js';

const tagged = `{% extends 'board.jinja2' %}
{% set sync_to_lava = {"device_type": "board", "worker": "w1", "tags": ["usb"]} %}
`;
const texts = {
  ...smallLab,
  'device-dictionaries/board-1.jinja2': tagged,
  'device-dictionaries/lonely-1.yaml': '# the lonely one\nkind: Device\ndescription: on the shelf # top\n',
  'workers/w1/env.yaml': 'overrides: {A: b}\n',
};

function write(
  taken: readonly (readonly [ObjectKey, string | null, FieldValue | undefined])[],
  more: Readonly<Record<string, string>> = {},
  stored: (object: ConfigurationObject) => ConfigurationObject = (object) => object,
  removesGone = false,
) {
  const files: FileMap = labOf({ ...texts, ...more });
  const items: Taken[] = taken.map(([key, field, found]) => ({ key, field, found }));
  const outcome = writeBack(files, items, { master: 'main', stored, removesGone });
  return {
    ...outcome,
    changed: Object.fromEntries(outcome.files),
    why: outcome.left.map(({ key, field, why }) => `${key} ${field ?? ''}: ${why}`),
    follows: outcome.follows.map(({ key, field }) => `${key} ${field}`),
  };
}

describe('what the lab specifies in a text', () => {
  it.each<[ObjectKey, string, string, string]>([
    [
      'template/our-base',
      'text',
      'actions: {deploy: {methods: {tftp: null}}}\n',
      'device-types/our-base.jinja2',
    ],
    ['device/board-1', 'dictionary', `${tagged}{% set port = 2 %}\n`, 'device-dictionaries/board-1.jinja2'],
    [
      'health-check/board',
      'job',
      'job_name: other\ntimeouts: {job: {minutes: 5}}\nvisibility: public\nactions: []\n',
      'device-types/board.health-check.yaml',
    ],
    ['worker/w1', 'env', 'overrides: {A: c}\n', 'workers/w1/env.yaml'],
  ])('%s %s becomes the whole file', (key, field, found, path) => {
    const { changed, why, follows } = write([[key, field, found]]);
    expect(changed).toEqual({ [path]: found });
    expect(why).toEqual([]);
    expect(follows).toEqual([]);
  });

  it('keeps the newline at the end of the file, if it makes no difference to the master', () => {
    const stored = (object: ConfigurationObject) =>
      ({
        ...object,
        fields: Object.fromEntries(
          Object.entries(object.fields as Record<string, unknown>).map(([field, value]) => [
            field,
            typeof value === 'string' ? value.replace(/\n+$/, '') : value,
          ]),
        ),
      }) as ConfigurationObject;
    const { changed } = write([['template/lonely', 'text', 'usb_sleep: 2']], {}, stored);
    expect(changed).toEqual({ 'device-types/lonely.jinja2': 'usb_sleep: 2\n' });
  });

  it("removes a worker's file that was removed on the master", () => {
    expect(write([['worker/w1', 'env', null]]).changed).toEqual({ 'workers/w1/env.yaml': null });
  });
});

describe('what the lab specifies in a key', () => {
  it.each<[ObjectKey, string, FieldValue, string, string]>([
    [
      'worker/w1',
      'description',
      'second',
      'workers/w1/worker.yaml',
      'kind: Worker\nsite: here\ndescription: second\n',
    ],
    ['device-type/board', 'description', null, 'device-types/board.yaml', 'kind: DeviceType\n'],
    [
      'device/lonely-1',
      'description',
      'in use',
      'device-dictionaries/lonely-1.yaml',
      '# the lonely one\nkind: Device\ndescription: in use # top\n',
    ],
  ])('%s %s changes that key alone', (key, field, found, path, text) => {
    const { changed, why } = write([[key, field, found]]);
    expect(changed).toEqual({ [path]: text });
    expect(why).toEqual([]);
  });

  it('sets what sync_to_lava specifies there, and reports that the dictionary follows', () => {
    const { changed, follows } = write([['device/board-1', 'tags', ['hdmi', 'usb']]]);
    expect(changed).toEqual({
      'device-dictionaries/board-1.jinja2': tagged.replace('["usb"]', '["usb", "hdmi"]'),
    });
    expect(follows).toEqual(['device/board-1 dictionary']);
  });

  it('sets both if the dictionary and a value in it changed', () => {
    const found = `${tagged}{% set port = 2 %}\n`;
    const { changed, why, follows } = write([
      ['device/board-1', 'tags', []],
      ['device/board-1', 'dictionary', found],
    ]);
    expect(changed).toEqual({ 'device-dictionaries/board-1.jinja2': found.replace('["usb"]', '[]') });
    expect(why).toEqual([]);
    expect(follows).toEqual(['device/board-1 dictionary']);
  });

  it('specifies next to the dictionary what sync_to_lava cannot: that a device has no worker', () => {
    const { changed, why } = write([['device/board-1', 'worker', null]]);
    expect(changed).toEqual({
      'device-dictionaries/board-1.yaml': 'kind: Device\nsite: here\nworker: null\n',
    });
    expect(why).toEqual([]);
  });

  it('adds aliases to the file of the type, and does not change those in a dictionary', () => {
    const more = {
      'device-dictionaries/board-1.jinja2': tagged.replace('"tags"', '"aliases": ["plank"], "tags"'),
    };
    expect(write([['device-type/board', 'aliases', ['deal', 'plank']]], more).changed).toEqual({
      'device-types/board.yaml': 'kind: DeviceType\ndescription: a board\naliases: [deal]\n',
    });
    expect(write([['device-type/board', 'aliases', ['deal']]], more).why).toEqual([
      'device-type/board aliases: device-dictionaries/board-1.jinja2 specifies other aliases',
    ]);
  });

  it.each<[FieldValue, string]>([
    [{ every: 12, unit: 'hours' }, '{hours: 12}'],
    [{ every: 3, unit: 'jobs' }, '{jobs: 3}'],
  ])('writes the health-check frequency %j as the lab has it', (found, text) => {
    const more = {
      'device-types/board.yaml': 'kind: DeviceType\nhealthCheckFrequency: {hours: 24} # a day\n',
    };
    expect(write([['device-type/board', 'healthCheckFrequency', found]], more).changed).toEqual({
      'device-types/board.yaml': `kind: DeviceType\nhealthCheckFrequency: ${text} # a day\n`,
    });
  });
});

describe('what is not written back', () => {
  it.each<[string, ObjectKey, string | null, FieldValue | undefined, RegExp]>([
    ['an object that is gone', 'device/board-1', null, undefined, /it is gone from the master/],
    ['an object of another master', 'device/board-2', 'tags', [], /the lab does not have it/],
    ['a dictionary that is gone', 'device/board-1', 'dictionary', null, /the lab cannot express that/],
    ['a dictionary that extends nothing', 'device/board-1', 'dictionary', 'x: 1\n', /extends-nothing/],
    ['a template that breaks others', 'template/our-base', 'text', '{% if %}', /the lab does not accept it/],
    ['a type that the lab does not have', 'device/board-1', 'deviceType', 'odd', /device-type-unknown/],
    ['a worker that the lab does not have', 'device/board-1', 'worker', 'w9', /worker-unknown/],
    ['a secret', 'worker/w1', 'env', 'overrides: {K: "-----BEGIN PRIVATE KEY-----"}\n', /private-key-in-lab/],
    ['a value that is none of the lab', 'worker/w1', 'jobLimit', -1, /the lab format does not accept/],
  ])('%s', (_what, key, field, found, why) => {
    const outcome = write([
      [key, field, found],
      ['worker/w1', 'description', 'second'],
    ]);
    expect(outcome.why).toHaveLength(outcome.written.length === 1 ? 1 : 2);
    expect(outcome.why.join('\n')).toMatch(why);
    expect(loadLab(outcome.files.size === 0 ? labOf(texts) : merged(outcome.files)).broken.size).toBe(0);
  });

  it('a certificate that only this machine has', () => {
    expect(write([['worker/w1', 'certificate', 'x']]).why).toEqual([
      'worker/w1 certificate: workers/w1/certificate.key is not in the repository',
    ]);
  });

  it('a health check that the lab stores in one file for two templates', () => {
    const more = {
      'device-dictionaries/board-3.jinja2': tagged.replace('board.jinja2', 'our-base.jinja2'),
    };
    const other = 'job_name: other\ntimeouts: {job: {minutes: 5}}\nvisibility: public\nactions: []\n';
    expect(write([['health-check/board', 'job', other]], more).why.join('')).toMatch(
      /health-check\/our-base/,
    );
    expect(
      write(
        [
          ['health-check/board', 'job', other],
          ['health-check/our-base', 'job', other],
        ],
        more,
      ).changed,
    ).toEqual({ 'device-types/board.health-check.yaml': other });
  });
});

describe('what is gone from the master', () => {
  const goes = (keys: readonly ObjectKey[], more: Readonly<Record<string, string>> = {}, removes = true) =>
    write(
      keys.map((key) => [key, null, undefined] as const),
      more,
      (object) => object,
      removes,
    );

  it('is listed with the command that removes it from the lab', () => {
    expect(goes(['device/lonely-1', 'worker/w1'], {}, false).why).toEqual([
      'device/lonely-1 : it is gone from the master: lavaflow apply creates it again in mode enforce; --remove-gone removes it from the lab, as does git rm device-dictionaries/lonely-1.jinja2 device-dictionaries/lonely-1.yaml',
      'worker/w1 : it is gone from the master: lavaflow apply creates it again in mode enforce; --remove-gone removes it from the lab, as does git rm workers/w1/env.yaml workers/w1/worker.yaml',
    ]);
  });

  it('is removed with all its files if requested', () => {
    const { changed, why, written } = goes(['device/lonely-1', 'device/board-1', 'worker/w1']);
    expect(why).toEqual([]);
    expect(changed).toEqual({
      'device-dictionaries/board-1.jinja2': null,
      'device-dictionaries/lonely-1.jinja2': null,
      'device-dictionaries/lonely-1.yaml': null,
      'workers/w1/env.yaml': null,
      'workers/w1/worker.yaml': null,
    });
    expect(written.map(({ key, field }) => `${key} ${String(field)}`)).toContain('worker/w1 null');
  });

  it('stays if the lab needs it, or another master has it', () => {
    const { why, changed } = goes(['worker/w1', 'template/board', 'device/board-1']);
    expect(why.join('\n')).toMatch(/^template\/board : .* the lab also has it for other$/m);
    expect(why.join('\n')).toMatch(/^worker\/w1 : the lab still needs it \(worker-unknown/m);
    expect(Object.keys(changed)).toEqual(['device-dictionaries/board-1.jinja2']);
  });

  it('stays if other files still define it', () => {
    expect(goes(['device-type/lonely']).why).toEqual([
      'device-type/lonely : it is gone from the master, and it has no file of its own',
    ]);
  });
});

function merged(changes: ReadonlyMap<string, string | null>): FileMap {
  return labOf({
    ...texts,
    ...Object.fromEntries([...changes].flatMap(([path, text]) => (text === null ? [] : [[path, text]]))),
  });
}
