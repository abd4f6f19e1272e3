/** Conflicts of hardware that a change creates, alone or together with another change. */
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { LabHardware } from '../../../src/lab/index.js';
import {
  findConflicts,
  formatReviewMarkdown,
  formatReviewText,
  reviewSchema,
  reviewToJson,
  type OtherChange,
} from '../../../src/review/index.js';
import { reviewOf } from '../../support/lab/review-of.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

/** Devices on one worker, each with a list of outlets. */
function hardwareOf(outlets: Readonly<Record<string, readonly string[]>>): LabHardware {
  return new Map(
    Object.entries(outlets).map(([name, ids]) => [
      name,
      {
        worker: 'w1',
        site: 'here',
        claims: ids.map((id) => ({ kind: 'power outlet' as const, id, area: 'worker' as const })),
        isRendered: true,
      },
    ]),
  );
}

const base = hardwareOf({ a: ['1'], b: ['2'], c: ['2'] });
const change = (head: Parameters<typeof hardwareOf>[0]): OtherChange => ({
  name: '#17',
  revision: 'c'.repeat(40),
  base,
  head: hardwareOf({ a: ['1'], b: ['2'], c: ['2'], ...head }),
});
const textsOf = (head: LabHardware, ...others: readonly OtherChange[]) =>
  findConflicts(base, head, others).map(
    ({ devices, with: rest, resource, other }) =>
      `${devices.join()}|${rest.join()}|${resource}${other === null ? '' : `|${other.name}`}`,
  );

describe('conflicts of a change', () => {
  it.each<[string, Parameters<typeof hardwareOf>[0], string[]]>([
    ['none of the base', { a: ['1'], b: ['2'], c: ['2'] }, []],
    ['none of a device that leaves', { a: ['1'], b: ['2'] }, []],
    ['a new device and an old one', { a: ['1'], b: ['2'], d: ['1'] }, ['d|a|1']],
    ['one more device in a conflict of the base', { b: ['2'], c: ['2'], d: ['2'] }, ['d|b,c|2']],
    ['two new devices', { a: ['1'], d: ['3'], e: ['3'] }, ['d,e||3']],
    ['a device that moves', { a: ['2'], b: ['2'] }, ['a|b|2']],
    ['none if two swap', { a: ['2'], b: ['1'] }, []],
    ['none if it is shared on purpose', { d: ['9'], e: ['9'], f: ['9'], g: ['9'] }, []],
  ])('%s', (_, head, expected) => {
    expect(textsOf(hardwareOf(head))).toEqual(expected);
  });

  it('are found between two changes that are fine alone, from both sides', () => {
    const [one, two] = [{ d: ['5'] }, { e: ['5'] }];
    expect(textsOf(change(one).head, change(two))).toEqual(['d|e|5|#17']);
    expect(textsOf(change(two).head, change(one))).toEqual(['e|d|5|#17']);
  });

  it.each<[string, Parameters<typeof hardwareOf>[0], Parameters<typeof hardwareOf>[0]]>([
    ['the same device in both', { d: ['5'] }, { d: ['5'] }],
    ['what only the base has', {}, { d: ['5'] }],
    ['what only the other one changes', { d: ['6'] }, { e: ['2'] }],
  ])('are none: %s', (_, head, other) => {
    expect(textsOf(change(head).head, change(other))).toEqual([]);
  });

  it('between two changes are the same from both sides, in any order of devices', () => {
    const outlets = fc.dictionary(
      fc.constantFrom('a', 'd', 'e', 'f'),
      fc.uniqueArray(fc.constantFrom('3', '4', '5'), { maxLength: 2 }),
    );
    const crossing = (one: OtherChange, two: OtherChange) =>
      findConflicts(base, one.head, [two]).filter(({ other }) => other !== null);
    fc.assert(
      fc.property(outlets, outlets, (first, second) => {
        const [one, two] = [change(first), change(second)];
        const reversed = new Map([...two.head].reverse());
        expect(crossing(one, { ...two, head: reversed })).toEqual(crossing(one, two));
        const shared = new Set(Object.keys(first).filter((name) => name in second));
        fc.pre(shared.size === 0);
        expect(crossing(one, two).map(({ resource }) => resource)).toEqual(
          crossing(two, one).map(({ resource }) => resource),
        );
      }),
    );
  });
});

const outlet = (number: number, worker = 'w1') =>
  `${dictionary('board', worker)}{% set power_on_command = 'pdu --password hunter2 on ${number}' %}\n`;
const powered = {
  ...smallLab,
  'device-types/our-base.jinja2': "commands: {power_on: '{{ power_on_command }}'}\n",
  'device-dictionaries/board-1.jinja2': outlet(1),
  'device-dictionaries/board-2.jinja2': outlet(2, 'w2'),
};

describe('a review', () => {
  const review = reviewOf(powered, { 'device-dictionaries/board-9.jinja2': outlet(1) });

  it('shows a conflict once, and not as an error', () => {
    expect(review.verdict).toMatchObject({
      code: 2,
      text: expect.stringMatching(/^1 physical conflict; to be approved by /) as string,
    });
    const line = 'board-9 uses the same power outlet as board-1: pdu * 1';
    expect(formatReviewText(review)).toContain(`\nphysical conflicts:\n  ${line}\n`);
    const comment = formatReviewMarkdown(review);
    expect(comment).toContain(
      '#### Physical conflicts\n\n- <code>board-9 uses the same power outlet as board-1',
    );
    for (const text of [formatReviewText(review), comment]) {
      expect(text).not.toContain('hardware-shared');
      expect(text.split('power outlet')).toHaveLength(2);
    }
    const validate = new Ajv({ allowUnionTypes: true }).compile(reviewSchema);
    const json = JSON.parse(JSON.stringify(reviewToJson(review))) as unknown;
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    expect(json).toMatchObject({
      annotations: [{ path: 'device-dictionaries/board-9.jinja2', line: 3, title: 'hardware-shared' }],
    });
  });

  it('names the other change and its revision', () => {
    const other: OtherChange = {
      name: '#17',
      revision: 'c'.repeat(40),
      base: new Map(),
      head: new Map([
        [
          'x',
          {
            worker: 'w1',
            site: 'here',
            claims: [{ kind: 'power outlet', id: 'pdu * 7', area: 'worker' }],
            isRendered: true,
          },
        ],
      ]),
    };
    const both = reviewOf(powered, { 'device-dictionaries/board-9.jinja2': outlet(7) }, { others: [other] });
    expect(formatReviewText(both)).toContain(
      'board-9 uses the same power outlet as x of #17 (cccccccccccc): pdu * 7\n',
    );
    const alone = reviewOf(powered, { 'device-dictionaries/board-9.jinja2': outlet(7) });
    expect(alone.conflicts).toEqual([]);
  });
});
