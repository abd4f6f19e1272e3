import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise } from '../../../src/lava/normalise.js';
import { optionsOf } from '../../../src/lava/observe/names.js';
import { independentRuns, needsOf, orderForLava } from '../../../src/lava/apply/order.js';
import { parseLog } from '../../../src/lava/jobs/log.js';
import { change, device, deviceType, template, worker } from '../../support/targets/master-changes.js';

describe('the normal form of an object', () => {
  it('has LF, no empty texts, and sorted lists without duplicates', () => {
    expect(
      normalise(
        device('b', {
          dictionary: 'a\r\nb\rc',
          description: '',
          version: ' 1 ',
          tags: ['b', 'a', 'b'],
          permissions: [
            { group: 'z', permission: 'view_device' },
            { group: 'a', permission: 'view_device' },
            { group: 'z', permission: 'view_device' },
          ],
        }),
      ).fields,
    ).toEqual({
      dictionary: 'a\nb\nc',
      description: null,
      version: '1',
      tags: ['a', 'b'],
      permissions: [
        { group: 'a', permission: 'view_device' },
        { group: 'z', permission: 'view_device' },
      ],
    });
  });

  it('is its own normal form for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (text, tags) => {
        const once = normalise(device('d', { dictionary: text, description: text, version: text, tags }));
        expect(normalise(once)).toEqual(once);
      }),
    );
  });

  it('does not contain fields that the lab does not set', () => {
    expect(normalise(worker('w', { jobLimit: 0 })).fields).toEqual({ jobLimit: 0 });
  });
});

describe('the order of writes', () => {
  const changes = [
    change('create', template('t', 'x')),
    change('create', deviceType('t')),
    change('create', deviceType('u')),
    change('update', worker('w')),
    change('delete', deviceType('old')),
    change('delete', template('old', 'x')),
  ];

  it('places new device types before their templates and deleted ones after them', () => {
    expect(orderForLava(changes).map(({ verb, key }) => `${verb} ${key}`)).toEqual([
      'create device-type/t',
      'create device-type/u',
      'create template/t',
      'update worker/w',
      'delete template/old',
      'delete device-type/old',
    ]);
  });

  it('groups changes that do not depend on each other', () => {
    expect(independentRuns(orderForLava(changes)).map((run) => run.length)).toEqual([2, 1, 1, 1, 1]);
  });

  it('lists the objects that a device requires', () => {
    const dictionary = "{%- extends 'special.jinja2' %}\n";
    const board = device('b', { deviceType: 't', worker: 'w', dictionary });
    expect(needsOf(change('update', board))).toEqual([
      'device-type/t',
      'template/t',
      'worker/w',
      'template/special',
    ]);
    expect(needsOf(change('retire', board))).toEqual([]);
  });
});

describe('what LAVA returns in other formats than JSON', () => {
  it('reads IDs and names from a form', () => {
    const form = `<select class="c" name="physical_owner" id="x">
      <option value="" selected>---</option> <option value="1" >lava&#x27;s &amp; co</option>
      <option value="20" selected>admin</option></select><select name="physical_group"></select>`;
    expect(optionsOf(form, 'physical_owner')).toEqual([
      [1, "lava's & co"],
      [20, 'admin'],
    ]);
    expect(optionsOf(form, 'physical_group')).toEqual([]);
    expect(optionsOf(form, 'tags')).toBeNull();
  });

  it('do not make the search slow in a page that is crafted for it', () => {
    const slow = ['<select name="tags">', '<select ', '<select name="tags"><option value="1"'];
    for (const part of slow) expect(optionsOf(part.repeat(100_000), 'tags')).toBeNull();
    expect(optionsOf(`${slow.join('').repeat(100_000)}</select>`, 'tags')).toEqual([]);
  });

  it('reads a log line by line, and keeps a broken line as it is', () => {
    const text = `- {"dt": "2023-01-01T00:00:00", "lvl": "target", "msg": "\\e[0mhi"}
- {"dt": "2023-01-01T00:00:01", "lvl": "results", "msg": {"case": "job", "result": "pass"}}
- {"dt": "2023-01
`;
    expect(parseLog(text)).toEqual([
      { dt: '2023-01-01T00:00:00', lvl: 'target', msg: '\u001b[0mhi' },
      { dt: '2023-01-01T00:00:01', lvl: 'results', msg: { case: 'job', result: 'pass' } },
      { dt: '', lvl: 'info', msg: '- {"dt": "2023-01' },
    ]);
  });

  it('reads a log line as LAVA writes it, which causes no warning of a YAML library', async () => {
    const warnings: string[] = [];
    const note = ({ message }: Error): void => void warnings.push(message);
    process.on('warning', note);
    expect(
      parseLog('- {dt: a, lvl: info, msg: !x text}\n- {dt: a, lvl: results, msg: {measurement: 010}}'),
    ).toEqual([
      { dt: '', lvl: 'info', msg: '- {dt: a, lvl: info, msg: !x text}' },
      { dt: 'a', lvl: 'results', msg: { measurement: 8 } },
    ]);
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
