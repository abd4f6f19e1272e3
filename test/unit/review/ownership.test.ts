import { describe, expect, it } from 'vitest';

import { reasonsIn, reviewOf } from '../../support/lab/review-of.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

/** A dictionary of the type board with further keys of sync_to_lava. */
function board(worker: string, more: string): string {
  return `{% extends 'board.jinja2' %}\n{% set sync_to_lava = {"device_type": "board", "worker": "${worker}", ${more}} %}\n`;
}

describe('who has to approve', () => {
  it('a device: the owners of its site', () => {
    const text = `${smallLab['device-dictionaries/board-1.jinja2'] ?? ''}{# changed #}\n`;
    const review = reviewOf(smallLab, { 'device-dictionaries/board-1.jinja2': text });
    expect(review.approvals).toEqual([
      {
        site: 'here',
        owners: ['@someone'],
        reasons: [{ why: 'a device of this site', what: ['device-dictionaries/board-1.jinja2'] }],
      },
    ]);
  });

  it.each([
    [
      'a base template: the owners of every site whose devices use it',
      { 'device-types/our-base.jinja2': 'actions: {}\n' },
      [
        'here: 1 device of here uses it: device-types/our-base.jinja2',
        'there: 1 device of there uses it: device-types/our-base.jinja2',
      ],
    ],
    [
      'a template of one site',
      { 'device-types/lonely.jinja2': 'parameters: {x: 2}\n' },
      ['here: 1 device of here uses it: device-types/lonely.jinja2'],
    ],
    [
      'a template that no device uses',
      { 'device-types/new.jinja2': 'parameters: {x: 2}\n' },
      ['maintainers: no device uses it: device-types/new.jinja2'],
    ],
    [
      'a device type and its health check: the owners of its devices',
      {
        'device-types/board.yaml': 'kind: DeviceType\ndescription: another\n',
        'device-types/board.health-check.yaml': null,
      },
      [
        'here: 1 device of here is of this type: device-types/board.health-check.yaml, device-types/board.yaml',
        'there: 1 device of there is of this type: device-types/board.health-check.yaml, device-types/board.yaml',
      ],
    ],
    [
      'a device that moves: both sites',
      { 'device-dictionaries/board-1.jinja2': dictionary('board', 'w2') },
      [
        'here: a device of this site: device-dictionaries/board-1.jinja2',
        'there: a device of this site: device-dictionaries/board-1.jinja2',
      ],
    ],
    [
      'a device that leaves the lab: its site',
      { 'device-dictionaries/board-2.jinja2': null },
      ['there: a device of this site: device-dictionaries/board-2.jinja2'],
    ],
    [
      'a worker that moves: both sites',
      { 'workers/w1/worker.yaml': 'kind: Worker\nsite: there\n' },
      [
        'here: a worker of this site: workers/w1/worker.yaml',
        'there: a worker of this site: workers/w1/worker.yaml',
      ],
    ],
    [
      'a site: its owners in the base',
      { 'lab-config/sites/here.yaml': "kind: Site\nowners: ['@intruder']\n" },
      ['here: the site itself: lab-config/sites/here.yaml'],
    ],
    [
      'a new site, and what is there: the maintainers',
      {
        'lab-config/sites/new.yaml': "kind: Site\nowners: ['@intruder']\n",
        'workers/w3/worker.yaml': 'kind: Worker\nsite: new\n',
      },
      [
        'maintainers: the site itself: lab-config/sites/new.yaml',
        'maintainers: a worker of this site: workers/w3/worker.yaml',
      ],
    ],
    [
      'policy, masters, groups and files outside of the lab: the maintainers',
      {
        'lab-config/lab.yaml': 'kind: Lab\nname: other\n',
        'lab-config/groups/all.yaml': 'kind: Group\nmembers: []\n',
        '.github/workflows/x.yaml': 'on: push\n',
      },
      [
        'maintainers: it applies to the whole lab: lab-config/groups/all.yaml, lab-config/lab.yaml',
        'maintainers: not a file of the lab, so lavaflow does not check it: .github/workflows/x.yaml',
      ],
    ],
    ['a README: nobody', { 'workers/README.md': 'text\n' }, []],
    [
      'a device whose worker is unknown: the maintainers as well',
      { 'device-dictionaries/board-1.jinja2': dictionary('board', 'nowhere') },
      [
        'here: a device of this site: device-dictionaries/board-1.jinja2',
        'maintainers: a device whose site is unknown: device-dictionaries/board-1.jinja2',
      ],
    ],
  ])('%s', (_, change, expected) => {
    expect(reasonsIn(reviewOf(smallLab, change)).sort()).toEqual([...expected].sort());
  });

  it('the owners of the base, whatever the change says', () => {
    const review = reviewOf(smallLab, {
      'lab-config/sites/here.yaml': "kind: Site\nowners: ['@intruder']\n",
      'lab-config/lab.yaml': "kind: Lab\nname: small\nmaintainers: ['@intruder']\n",
    });
    expect(review.approvals.map(({ owners }) => owners)).toEqual([['@someone'], []]);
  });

  it('the maintainers, for a site without owners', () => {
    const base = {
      ...smallLab,
      'lab-config/lab.yaml': "kind: Lab\nname: small\nmaintainers: ['@org/keepers']\n",
      'lab-config/sites/here.yaml': 'kind: Site\nowners: []\n',
    };
    const { approvals, verdict } = reviewOf(base, {
      'workers/w1/worker.yaml': 'kind: Worker\nsite: here\ndescription: new\n',
    });
    expect(approvals).toMatchObject([{ site: null, owners: ['@org/keepers'] }]);
    expect(verdict.text).toContain('to be approved by @org/keepers (maintainers)');
  });

  it('the owners of other sites whose devices have the same tag or alias', () => {
    const base = { ...smallLab, 'device-dictionaries/board-2.jinja2': board('w2', '"tags": ["usb"]') };
    const tagged = { 'device-dictionaries/board-1.jinja2': board('w1', '"tags": ["usb", "own"]') };
    expect(reasonsIn(reviewOf(base, tagged))).toContain(
      'there: the tag usb, which 1 device of there has: device/board-1',
    );
    expect(
      reasonsIn(reviewOf({ ...base, ...tagged }, { 'device-dictionaries/board-1.jinja2': null })),
    ).toContain('there: the tag usb, which 1 device of there has: device/board-1');
    const aliased = {
      ...smallLab,
      'device-dictionaries/board-2.jinja2': board('w2', '"aliases": ["plank"]'),
    };
    expect(
      reasonsIn(
        reviewOf(aliased, { 'device-dictionaries/board-1.jinja2': board('w1', '"aliases": ["plank"]') }),
      ),
    ).toContain('there: the alias plank of the type board, which 1 device of there has: device/board-1');
  });

  it('everybody whose devices may use a template through a computed name', () => {
    const base = {
      ...smallLab,
      'device-types/lonely.jinja2': "{% set name = 'extra' %}{% include name ~ '.jinja2' %}\n",
      'device-types/extra.jinja2': 'parameters: {x: 1}\n',
    };
    expect(reasonsIn(reviewOf(base, { 'device-types/extra.jinja2': 'parameters: {x: 2}\n' }))).toEqual([
      'here: 1 device of here uses it: device-types/extra.jinja2',
    ]);
  });
});
