import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

import { formatReviewText, reviewSchema, reviewToJson } from '../../../src/review/index.js';
import { reviewOf } from '../../support/lab/review-of.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const retiring = { ...smallLab, 'lab-config/lab.yaml': 'kind: Lab\nname: small\npolicy: {prune: retire}\n' };

describe('a review', () => {
  it('lists by verb what the change does to each master', () => {
    const review = reviewOf(retiring, {
      'device-dictionaries/board-1.jinja2': null,
      'device-dictionaries/board-9.jinja2': dictionary('board', 'w1'),
      'device-types/board.yaml': 'kind: DeviceType\ndescription: another\n',
      'device-types/lonely.jinja2': null,
      'device-dictionaries/lonely-1.jinja2': null,
    });
    const [main, other] = review.masters;
    expect(main?.changes.map(({ verb, key }) => `${verb} ${key}`)).toEqual([
      'update device-type/board',
      'create device/board-9',
      'retire device/board-1',
      'retire device/lonely-1',
      'retire device-type/lonely',
      'report template/lonely',
    ]);
    expect(main?.counts).toMatchObject({ create: 1, update: 1, retire: 3, delete: 0, report: 1 });
    expect(other?.changes.map(({ verb, key }) => `${verb} ${key}`)).toEqual([
      'update device-type/board',
      'report template/lonely',
    ]);
    expect(review.verdict.code).toBe(2);
  });

  it('shows devices that change in the same way once', () => {
    const review = reviewOf(smallLab, {
      'device-types/our-base.jinja2': 'actions: {deploy: {methods: {a: }}}\n',
    });
    expect(
      review.masters.map(({ rendered }) => rendered.map(({ kind, devices }) => [kind, devices])),
    ).toEqual([[['changes', ['board-1']]], [['changes', ['board-2']]]]);
  });

  it('tells new findings from those of the base, wherever these are now', () => {
    const base = { ...smallLab, 'workers/w1/worker.yaml': 'kind: Worker\nsite: here\ntypo: 1\n' };
    const { findings, verdict } = reviewOf(base, {
      'workers/w1/worker.yaml': 'kind: Worker\n# moved\nsite: here\ntypo: 1\n',
      'workers/w2/worker.yaml': 'kind: Worker\nsite: there\nother: 1\n',
    });
    expect(findings.existing.map(({ place }) => place.file)).toEqual(['workers/w1/worker.yaml']);
    expect(findings.new.map(({ place }) => place.file)).toEqual(['workers/w2/worker.yaml']);
    expect(verdict).toMatchObject({ code: 3, text: expect.stringContaining('1 new error; ') as string });
    const fixed = reviewOf(base, { 'workers/w1/worker.yaml': smallLab['workers/w1/worker.yaml'] ?? '' });
    expect(fixed.findings).toMatchObject({ new: [], existing: [] });
  });

  it('finds nothing if nothing changes, or nothing that matters', () => {
    expect(reviewOf(smallLab, {}).verdict).toEqual({ code: 0, text: 'nothing changes' });
    expect(reviewOf(smallLab, { 'workers/README.md': 'text\n' }).verdict).toMatchObject({ code: 0 });
  });

  it('does not compare what the base could not read', () => {
    const broken = { ...smallLab, 'workers/w1/worker.yaml': 'kind: Worker\nsite: here\ntypo: 1\n' };
    const { masters, hazards } = reviewOf(broken, { 'workers/w1/worker.yaml': 'kind: Worker\nsite: here\n' });
    expect(masters[0]?.changes).toContainEqual(
      expect.objectContaining({
        key: 'worker/w1',
        verb: 'keep',
        reason: expect.stringContaining('errors in the base') as string,
      }),
    );
    expect(hazards).toMatchObject([
      { rule: null, objects: expect.arrayContaining(['worker/w1']) as string[] },
    ]);
  });

  it('says what it did not check', () => {
    const review = reviewOf(
      smallLab,
      {
        'lab-config/lab.yaml': null,
        'lab-config/masters/new.yaml': 'kind: Master\nurl: https://new.example.org\nsites: [here]\n',
      },
      { master: 'main' },
    );
    expect(review.notChecked).toContain('the effect on the masters: the lab cannot be used with this change');
    expect(review.notChecked).toContain('other masters than main, as requested');
    const added = reviewOf(smallLab, {
      'lab-config/masters/new.yaml': 'kind: Master\nurl: https://new.example.org\nsites: [here]\n',
      'lab-config/masters/other.yaml': null,
    });
    expect(added.notChecked).toContain('the master other: the head does not have it, or its file has errors');
  });

  it('has a JSON form that its schema describes', () => {
    const review = reviewOf(retiring, {
      'device-dictionaries/board-1.jinja2': null,
      'device-types/our-base.jinja2': 'commands: {connect: telnet a 1}\n',
      'workers/w2/worker.yaml': 'kind: Worker\nsite: there\nother: 1\n',
    });
    const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
    const validate = ajv.compile(reviewSchema);
    validate(JSON.parse(JSON.stringify(reviewToJson(review))));
    expect(validate.errors).toBeNull();
  });

  it('reveals no secret in any format', () => {
    const secret = 'geheim-1234';
    const review = reviewOf(smallLab, {
      'device-types/our-base.jinja2': `commands:\n  power_on: ipmitool -P ${secret} power on\n  connect: telnet a 1\n`,
    });
    expect(JSON.stringify(reviewToJson(review))).toContain('ipmitool -P [secret]');
    expect(JSON.stringify(reviewToJson(review))).not.toContain(secret);
    expect(formatReviewText(review)).not.toContain(secret);
  });

  it('prints the same rendered differences of two masters once', () => {
    const both = {
      ...smallLab,
      'lab-config/masters/other.yaml': 'kind: Master\nurl: https://other.example.org\nsites: [here, there]\n',
      'lab-config/masters/main.yaml': 'kind: Master\nurl: https://lava.example.org\nsites: [here, there]\n',
    };
    const text = formatReviewText(reviewOf(both, { 'device-types/lonely.jinja2': 'parameters: {x: 2}\n' }));
    expect(text.split('-parameters')).toHaveLength(2);
    expect(text).toContain('the configurations of devices change as on main');
  });
});
