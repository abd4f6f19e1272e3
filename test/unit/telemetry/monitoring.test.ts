/** What Prometheus and Grafana are told (monitoring/) fits what the controller serves. `promtool` checks the rest. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { parse } from 'yaml';

import { createMetrics } from '../../../src/telemetry/metrics.js';
import { busyStatus } from '../../support/busy-status.js';
import { statusTime } from '../../support/status.js';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Target {
  readonly expr: string;
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Target[];
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}
interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts?: readonly unknown[];
    }[];
  }[];
}

const dashboard = JSON.parse(read('monitoring/dashboard.json')) as Dashboard;
const rules = (parse(read('monitoring/alerts.yaml')) as Rules).groups.flatMap((group) => group.rules);
const targets = dashboard.panels.flatMap((panel) => panel.targets);
const expressions = [
  ...targets.map(({ expr }) => expr),
  ...rules.map(({ expr }) => expr),
  ...dashboard.templating.list.map(({ definition = '' }) => definition),
];

/** The labels of each metric that is served. */
async function servedMetrics(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const text = await createMetrics().text(busyStatus(statusTime));
  const served = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const known = served.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) known.add(label);
    served.set(name, known);
  }
  return served;
}

it('uses only metrics and labels that are served', async () => {
  const served = await servedMetrics();
  const ofPrometheus = new Set(['job', 'instance']);
  const problems = expressions.flatMap((expression) =>
    [...expression.matchAll(/\b((?:lavaflow|process|nodejs)_[a-z_]+)(?:\{([^}]*)\})?/g)].flatMap(
      ([, name = '', labels = '']) => {
        const known = served.get(name);
        if (known === undefined) return [name];
        const used = [...labels.matchAll(/([a-z_]+)\s*(?:=|!)/g)].map(([, label = '']) => label);
        return used
          .filter((label) => !known.has(label) && !ofPrometheus.has(label))
          .map((label) => `${name} ${label}`);
      },
    ),
  );
  expect(problems).toEqual([]);
  expect(expressions.filter((expression) => expression.includes('lavaflow_')).length).toBeGreaterThan(20);
});

it('documents each metric that is served, and no other', async () => {
  const served = [...(await servedMetrics())]
    .filter(([name]) => name.startsWith('lavaflow_'))
    .map(([name, labels]) => `${name}{${[...labels].sort().join(',')}}`);
  const documented = [...read('docs/controller.md').matchAll(/^\| `(lavaflow_[a-z_]+\{[a-z,]*\})`/gm)].map(
    ([, name = '']) => name,
  );
  expect(documented.toSorted()).toEqual(served.toSorted());
});

test('every alert has a test in which it fires, and one in which it does not', () => {
  const { tests } = parse(read('monitoring/alerts.test.yaml')) as RuleTests;
  const cases = tests.flatMap((one) => one.alert_rule_test);
  for (const { alert } of rules) {
    const ofAlert = cases.filter(({ alertname }) => alertname === alert);
    expect(
      ofAlert.some(({ exp_alerts: expected = [] }) => expected.length > 0),
      alert,
    ).toBe(true);
    expect(
      ofAlert.some(({ exp_alerts: expected = [] }) => expected.length === 0),
      alert,
    ).toBe(true);
  }
});

test('the dashboard is one that Grafana imports', () => {
  const { panels, templating } = dashboard;
  expect(dashboard).toMatchObject({ uid: 'lavaflow', title: 'lavaflow', schemaVersion: 39 });
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)}:${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const { gridPos, type, title, targets: ofPanel } of panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    expect(['stat', 'table', 'timeseries', 'state-timeline']).toContain(type);
    expect(new Set(ofPanel.map(({ refId }) => refId)).size, title).toBe(ofPanel.length);
  }
  for (const { datasource } of targets)
    expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
  const variables = new Set(templating.list.map(({ name }) => name));
  const used = expressions.flatMap((one) =>
    [...one.matchAll(/\$(?!__)\{?(\w+)/g)].map(([, name = '']) => name),
  );
  expect(used.filter((name) => !variables.has(name) && name !== 'labels' && name !== 'value')).toEqual([]);
});
