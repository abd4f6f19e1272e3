import { describe, expect, it } from 'vitest';

import { reasonsIn, reviewOf } from '../../support/lab/review-of.js';
import { smallLab } from '../../support/lab/small-lab.js';

const certificate = (letter: string) => `metadata\ncurve\n    public-key = "${letter.repeat(40)}"\n`;
const template = (text: string) => ({ 'device-types/our-base.jinja2': text });
const withCommand = {
  ...smallLab,
  ...template(
    "commands:\n  connect: telnet {{ host | default('ser1') }} 7001\nconstants:\n  posix: {x: '1'}\nactions: {deploy: {methods: {}}}\n",
  ),
};

function hazardsOf(base: Readonly<Record<string, string>>, change: Readonly<Record<string, string | null>>) {
  return reviewOf(base, change).hazards.map(({ rule, objects, fields }) => ({ rule, objects, fields }));
}

describe('hazardous fields', () => {
  it('require a maintainer besides the owner', () => {
    const review = reviewOf(withCommand, {
      'device-dictionaries/board-1.jinja2': `${smallLab['device-dictionaries/board-1.jinja2'] ?? ''}{% set host = 'ser2' %}\n`,
    });
    expect(reasonsIn(review)).toEqual([
      'here: a device of this site: device-dictionaries/board-1.jinja2',
      'maintainers: commands that run on a worker: they switch power and connect to consoles: device/board-1',
    ]);
    expect(review.hazards).toMatchObject([{ fields: ['configuration.commands.connect'] }]);
  });

  it('are found in every device that a template changes', () => {
    const change = template('commands:\n  connect: telnet evil 1\nactions: {deploy: {methods: {}}}\n');
    expect(hazardsOf(withCommand, change)).toEqual([
      {
        rule: 'device/*/configuration.commands*',
        objects: ['device/board-1', 'device/board-2'],
        fields: ['configuration.commands.connect'],
      },
    ]);
  });

  it('are those of a new device as well', () => {
    const change = {
      'device-dictionaries/board-9.jinja2': smallLab['device-dictionaries/board-1.jinja2'] ?? '',
    };
    expect(hazardsOf(withCommand, change)).toMatchObject([{ objects: ['device/board-9'] }]);
  });

  it.each([
    ['a constant', (text: string) => text.replace("x: '1'", "x: '2'")],
    ['the order of sections', (text: string) => text.replace(/^(commands:\n.*\n)([^]*)$/, '$2$1')],
  ])('are not %s', (_, edit) => {
    expect(hazardsOf(withCommand, template(edit(withCommand['device-types/our-base.jinja2'])))).toEqual([]);
  });

  it.each([
    ['an anchor', 'constants: {posix: &c {connect: CMD}}\ncommands: *c\n'],
    ['a merge', 'constants: {posix: &c {connect: CMD}}\ncommands: {<<: *c}\n'],
    ['a second key of the same name', 'commands: {connect: telnet a 1}\ncommands: {connect: CMD}\n'],
    ['a quoted key', '"commands": {connect: CMD}\n'],
    ['a flow mapping', '{commands: {connect: CMD}}\n'],
    [
      'a connection',
      'commands:\n  connections:\n    uart0:\n      connect: CMD\n      tags: [primary, telnet]\n',
    ],
  ])('cannot hide behind %s', (_, text) => {
    const base = { ...smallLab, ...template(text.replace('CMD', 'telnet b 1')) };
    const [hazard] = hazardsOf(base, template(text.replace('CMD', 'telnet evil 1')));
    expect(hazard).toMatchObject({
      rule: expect.any(String) as string,
      objects: ['device/board-1', 'device/board-2'],
    });
  });

  it('cannot hide behind an order that decides between equal keys', () => {
    const [one, two] = ['commands: {connect: telnet a 1}\n', 'commands: {connect: telnet b 1}\n'];
    expect(hazardsOf({ ...smallLab, ...template(one + two) }, template(two + one))).toMatchObject([
      { fields: ['configuration.commands.connect'] },
    ]);
  });

  it('include certificates and environments of workers', () => {
    const base = { ...smallLab, 'workers/w1/certificate.key': certificate('k') };
    const change = {
      'workers/w1/certificate.key': certificate('m'),
      'workers/w1/env.yaml': 'purge: false\noverrides: {A: b}\n',
      'workers/w1/worker.yaml': 'kind: Worker\nsite: here\ndescription: harmless\n',
    };
    expect(hazardsOf(base, change)).toEqual([
      { rule: 'worker/*/certificate', objects: ['worker/w1'], fields: ['certificate'] },
      { rule: 'worker/*/env', objects: ['worker/w1'], fields: ['env'] },
    ]);
  });

  it('are assumed where the change could not be compared', () => {
    const base = { ...smallLab, 'device-types/board.jinja2': "{% extends 'base.jinja2' %}\n" };
    const change = { 'device-types/board.jinja2': "{% extends 'base.jinja2' %}\n{# changed #}\n" };
    expect(hazardsOf(base, change)).toEqual([
      { rule: null, objects: ['device/board-1', 'device/board-2'], fields: [] },
    ]);
  });

  it('are those of the base, not of the change', () => {
    const change = {
      'lab-config/lab.yaml': 'kind: Lab\nname: small\npolicy: {hazards: []}\n',
      ...template('commands: {connect: telnet evil 1}\n'),
    };
    expect(hazardsOf(withCommand, change)).toHaveLength(1);
    const base = { ...withCommand, 'lab-config/lab.yaml': change['lab-config/lab.yaml'] };
    expect(hazardsOf(base, template('commands: {connect: telnet evil 1}\n'))).toEqual([]);
    const own =
      "kind: Lab\nname: small\npolicy: {hazards: [{path: 'worker/*/description', reason: we ask}]}\n";
    const review = reviewOf(
      { ...smallLab, 'lab-config/lab.yaml': own },
      { 'workers/w1/worker.yaml': 'kind: Worker\nsite: here\ndescription: new\n' },
    );
    expect(review.hazards).toMatchObject([{ reason: 'we ask', objects: ['worker/w1'] }]);
  });
});
