import { describe, expect, it } from 'vitest';
import type { ConfigurationObject, DriftModeRule, ObservedMaster } from '../../../src/model/index.js';
import {
  dateDrift,
  driftItems,
  effectsOfDrift,
  formatDriftMarkdown,
  formatDriftText,
  type Sighting,
} from '../../../src/plan/index.js';
import { device, deviceType, template, worker } from '../../support/lab/desired.js';
import { observedMaster, planOf } from '../../support/lab/plan-of.js';

const noon = '2026-01-31T12:00:00.000Z';
const later = '2026-02-01T12:00:00.000Z';

function drifted(
  lab: readonly ConfigurationObject[],
  master: readonly ConfigurationObject[],
  modes: readonly DriftModeRule[] = [],
  view: Partial<ObservedMaster> = {},
) {
  return planOf({ lab, record: lab, master, view, mode: 'warn', rules: { modes } });
}

describe('severity', () => {
  const extending = "{% extends 'qemu.jinja2' %}\n";
  it.each<[string, ConfigurationObject, ConfigurationObject | null, string]>([
    ['a device that is gone', device('d'), null, 'high'],
    ['a retired device', device('d', { health: 'Good' }), device('d', { health: 'Retired' }), 'high'],
    ['a bad device', device('d', { health: 'Good' }), device('d', { health: 'Bad' }), 'high'],
    [
      'a device returned to service',
      device('d', { health: 'Retired' }),
      device('d', { health: 'Good' }),
      'medium',
    ],
    ['another dictionary', device('d'), device('d', { dictionary: `${extending}{# x #}\n` }), 'medium'],
    ['a dictionary that extends nothing', device('d'), device('d', { dictionary: 'x: 1\n' }), 'high'],
    ['no dictionary', device('d'), device('d', { dictionary: null }), 'high'],
    ['another worker', device('d'), device('d', { worker: 'w2' }), 'high'],
    ['other tags', device('d', { tags: ['a'] }), device('d', { tags: [] }), 'medium'],
    ['another description', device('d', { description: 'a' }), device('d', { description: 'b' }), 'low'],
    ['another template', template('t'), template('t', 'other\n'), 'high'],
    ['another environment', worker('w', { env: 'a\n' }), worker('w', { env: 'b\n' }), 'medium'],
    [
      'no health checks',
      { kind: 'device-type', name: 't', fields: { healthChecksDisabled: false } },
      { kind: 'device-type', name: 't', fields: { healthChecksDisabled: true } },
      'high',
    ],
  ])('of %s', (_what, lab, master, severity) => {
    const [item] = driftItems(drifted([lab], master === null ? [] : [master]));
    expect(item?.severity).toBe(severity);
  });
});

describe('severity of a text by what is rendered', () => {
  const text = 'actions: {deploy: {methods: {{ methods | default("{}") }}}}\nx: {{ x }}\n';
  const base = template('board', text);
  const board = (rest: string) => device('d', { dictionary: `{% extends 'board.jinja2' %}\n${rest}` });
  const lab = [base, board('{% set x = 1 %}\n')];
  it.each<[string, ConfigurationObject[], string]>([
    ['that does not parse', [base, board('{% set x = %}\n')], 'high'],
    ['that fails', [base, board('{% set x = 1 // 0 %}\n')], 'high'],
    [
      'that extends what is not there',
      [base, device('d', { dictionary: "{% extends 'no.jinja2' %}" })],
      'high',
    ],
    ['that is no longer YAML', [base, board('{% set x = "[" %}\n')], 'high'],
    ['that changes the configuration', [base, board('{% set x = 2 %}\n')], 'medium'],
    [
      'that may change the configuration for a job',
      [base, board('{% set x = n | default(1) %}\n')],
      'medium',
    ],
    ['with another comment', [base, board('{# mine #}\n\n{% set x = 1 %}  \n')], 'low'],
    ['of a template that breaks it', [template('board', '{% if %}'), ...lab.slice(1)], 'high'],
    ['of a template that changes it', [template('board', 'x: {{ x + 1 }}\n'), ...lab.slice(1)], 'high'],
    [
      'of a template that may change it',
      [template('board', `${text}{% if arch %}y: 1{% endif %}\n`), ...lab.slice(1)],
      'medium',
    ],
    ['of a template with another comment', [template('board', `{# why #}${text}`), ...lab.slice(1)], 'low'],
  ])('%s', (_what, master, severity) => {
    expect(severities(lab, master)).toEqual([severity]);
  });

  it('that LAVA rejects, which the report states', () => {
    const typed = template('board', 'board_id: {{ x }}\n');
    const dictionary = (x: string) =>
      device('d', { dictionary: `{% extends 'board.jinja2' %}{% set x = ${x} %}` });
    expect(severities([typed, dictionary("'a'")], [typed, dictionary("'b'")])).toEqual(['medium']);
    const before = [typed, dictionary("'a'")];
    const now = [typed, dictionary('5')];
    expect(severities(before, now)).toEqual(['high']);
    const plan = drifted(before, now);
    const none = { shown: new Map(), sources: new Map() };
    const driftEffects = effectsOfDrift({ plan, observed: observedMaster(now), ...none });
    expect([...driftEffects]).toEqual([['device/d', 'rejects']]);
    const items = driftItems({ ...plan, driftEffects }).map((item) => ({
      ...item,
      since: '2026-01-01T00:00:00.000Z',
    }));
    const words = 'LAVA rejects the configuration of devices that use it';
    expect(formatDriftText({ plan, items }, { color: false, diffs: false })).toContain(words);
    expect(formatDriftMarkdown({ plan, items })).toContain(words);
  });

  it('of a template that no device uses, and of one that cannot be rendered', () => {
    expect(severities([template('t')], [template('t', 'other: 1\n')])).toEqual(['low']);
    const far = device('d', { dictionary: "{% extends 'far.jinja2' %}{% set x = 1 %}" });
    const other = device('d', { dictionary: "{% extends 'far.jinja2' %}{% set x = 2 %}" });
    expect(severities([far], [other])).toEqual(['medium']);
  });

  function severities(before: readonly ConfigurationObject[], now: readonly ConfigurationObject[]) {
    const plan = drifted(before, now);
    const observed = observedMaster(now);
    const driftEffects = effectsOfDrift({
      plan,
      observed,
      shown: new Map([['no.jinja2', null]]),
      sources: new Map(),
    });
    return driftItems({ ...plan, driftEffects }).map((item) => item.severity);
  }
});

describe('driftItems', () => {
  it('has one entry per field, the worst first, with the mode of each', () => {
    const lab = [worker('w', { description: 'a', jobLimit: 1, env: 'a\n' }), worker('gone')];
    const master = [worker('w', { description: 'b', jobLimit: 2, env: 'a\n' })];
    const plan = drifted(lab, master, [{ path: 'worker/*/description', mode: 'observe' }]);
    expect(driftItems(plan)).toEqual([
      {
        key: 'worker/gone',
        field: null,
        wanted: undefined,
        found: undefined,
        severity: 'high',
        mode: 'warn',
      },
      { key: 'worker/w', field: 'jobLimit', wanted: 1, found: 2, severity: 'medium', mode: 'warn' },
      { key: 'worker/w', field: 'description', wanted: 'a', found: 'b', severity: 'low', mode: 'observe' },
    ]);
  });
});

describe('dateDrift', () => {
  const lab = [worker('w', { jobLimit: 1, env: 'a\n' })];
  const first = drifted(lab, [worker('w', { jobLimit: 2, env: 'b\n' })]);
  const { sightings } = dateDrift(driftItems(first), first, [], noon);
  const again = (plan: ReturnType<typeof drifted>, before: readonly Sighting[] = sightings) => {
    const dated = dateDrift(driftItems(plan), plan, before, later);
    return {
      dates: dated.items.map(({ field, since }) => [field, since]),
      kept: dated.sightings.map(({ field, firstSeen }) => [field, firstSeen]),
    };
  };

  it('keeps the time at which a value was first seen', () => {
    expect(again(first).dates).toEqual([
      ['env', noon],
      ['jobLimit', noon],
    ]);
  });

  it('starts again when the master has another value', () => {
    expect(again(drifted(lab, [worker('w', { jobLimit: 3, env: 'b\n' })])).dates).toEqual([
      ['env', noon],
      ['jobLimit', later],
    ]);
  });

  it('forgets a difference that was fixed, and starts again when it returns', () => {
    const right = again(drifted(lab, [worker('w', { jobLimit: 1, env: 'b\n' })]));
    expect(right.kept).toEqual([['env', noon]]);
    const left = sightings.filter(({ field }) => field === 'env');
    expect(again(first, left).dates).toEqual([
      ['env', noon],
      ['jobLimit', later],
    ]);
  });

  it('remembers what could not be read this time', () => {
    const blind = drifted(lab, [worker('w', { jobLimit: 1, env: 'b\n' })], [], {
      unreadable: [{ kind: 'worker', name: 'w', field: 'env', reason: 'HTTP 502' }],
    });
    expect(again(blind)).toEqual({ dates: [], kept: [['env', noon]] });
    const none = drifted(lab, [], [], { unreadable: [{ kind: 'worker', reason: 'HTTP 502' }] });
    expect(again(none).kept).toEqual([
      ['env', noon],
      ['jobLimit', noon],
    ]);
  });
});

describe('the report', () => {
  const plan = drifted(
    [device('board-1', { description: 'password: hunter2', tags: ['a'] }), deviceType('qemu')],
    [
      device('board-1', { description: '<b>@all</b> | x', tags: ['a', 'b'] }),
      { kind: 'device-type', name: 'qemu', fields: { aliases: ['q'] } },
    ],
    [{ path: '*/*/aliases', mode: 'enforce' }],
  );
  const { items } = dateDrift(driftItems(plan), plan, [], noon);

  it('reports as text what changed, since when, how severe it is and how it is treated', () => {
    const text = formatDriftText({ plan, items }, { color: false, diffs: true });
    expect(text).toContain('medium device/board-1: it changed on the master');
    expect(text).toContain('tags: + "b" [medium, since 2026-01-31 12:00 UTC, left as it is (warn)]');
    expect(text).toContain('aliases: + "q" [medium, since 2026-01-31 12:00 UTC, to be restored (enforce)]');
    expect(text).not.toContain('hunter2');
    expect(text).toContain('2 objects drifted: 2 medium.');
  });

  it('reports it in Markdown with everything escaped', () => {
    const markdown = formatDriftMarkdown({ plan, items });
    expect(markdown).toContain('| medium | <code>device/board-1</code> | tags | 2026-01-31 12:00 UTC |');
    expect(markdown).not.toMatch(/hunter2/);
    expect(markdown.split('```')[0]).not.toContain('@all');
  });

  it('truncates what is too long, and counts it', () => {
    const markdown = formatDriftMarkdown({ plan, items }, { maxLength: 900 });
    expect(markdown.length).toBeLessThan(1400);
    expect(markdown).toContain('left out');
  });
});
