import { expect, it } from 'vitest';
import { needsBefore, needsOf, orderForLava } from '../../../src/lava/apply/order.js';
import type { Change, ConfigurationObject, Verb } from '../../../src/model/index.js';
import { createReferenceReader } from '../../../src/templates/index.js';
import { change } from '../../support/targets/master-changes.js';

function made(verb: Verb, kind: ConfigurationObject['kind'], name: string, fields = {}): Change {
  return change(verb, { kind, name, fields } as ConfigurationObject);
}

it('groups are written before new types, and deleted after types', () => {
  const changes = [
    made('create', 'device-type', 'a'),
    made('update', 'group', 'g'),
    made('create', 'worker', 'w'),
    made('create', 'group', 'h'),
    made('delete', 'group', 'i'),
    made('delete', 'device-type', 'b'),
  ];
  expect(orderForLava(changes).map(({ verb, key }) => `${verb} ${key}`)).toEqual([
    'update group/g',
    'create group/h',
    'create device-type/a',
    'create worker/w',
    'delete device-type/b',
    'delete group/i',
  ]);
});

it('a device needs the groups that it names, and as long as it is not changed, those that it named', () => {
  const object: ConfigurationObject = {
    kind: 'device',
    name: 'board-1',
    fields: { physicalGroup: 'owners', permissions: [{ group: 'new', permission: 'view_device' }] },
  };
  const fields: Change['fields'] = [
    {
      field: 'permissions',
      before: [{ group: 'old', permission: 'view_device' }],
      after: [{ group: 'new', permission: 'view_device' }],
      cause: 'this change',
    },
  ];
  const update = change('update', object, fields);
  expect(needsOf(update)).toEqual(['group/owners', 'group/new']);
  expect(needsBefore(update, createReferenceReader())).toEqual(['group/owners', 'group/old']);
});
