import { expect, it } from 'vitest';

import { convertDirectories } from '../../../../src/lab/index.js';

it('sets a dictionary aside that extends a template in a subdirectory', () => {
  const { files, leftOut } = convertDirectories(
    {
      dictionaries: new Map([['d1', "{% extends 'a/b.jinja2' %}\n"]]),
      templates: new Map(),
      healthChecks: new Map(),
      unread: ['device-types/a/'],
      workers: new Map([['w1', {}]]),
      everyWorker: {},
    },
    { lab: 'lab', installs: null, site: 'desk' },
  );
  expect(leftOut).toEqual([
    {
      key: 'device/d1',
      field: 'dictionary',
      why: 'the lab does not accept it (dictionary-without-sync, template-unknown)',
      file: 'not-imported/device-dictionaries/d1.jinja2',
    },
  ]);
  expect([...files.keys()]).toContain('not-imported/device-dictionaries/d1.jinja2');
});
