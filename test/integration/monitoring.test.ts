/** Debian's promtool checks the alert rules, runs their tests, and parses the expressions of the dashboard. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMetrics } from '../../src/telemetry/metrics.js';
import { busyStatus } from '../support/busy-status.js';
import { requireOrSkip } from '../support/real-parts.js';

const monitoring = join(import.meta.dirname, '../../monitoring');

/** What it prints. Fails if promtool finds something. */
function promtool(args: readonly string[], input?: string): string {
  return execFileSync('/usr/bin/promtool', args, { encoding: 'utf8', input, stdio: 'pipe' });
}

describe.skipIf(requireOrSkip('promtool'))('what Prometheus and Grafana are told', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'lavaflow-monitoring-'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  function write(name: string, text: string): string {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  }

  it('rules are valid, and each alert fires when it must', () => {
    promtool(['check', 'rules', '--lint=all', '--lint-fatal', join(monitoring, 'alerts.yaml')]);
    promtool(['test', 'rules', join(monitoring, 'alerts.test.yaml')]);
  });

  it.each(['== 0 or absent', '> 600', '> 3600', 'for: 15m', 'for: 30m', 'state="off"'])(
    'the tests of the rules notice a change of %j',
    (part) => {
      const changed = {
        '== 0 or absent': '== 2 or absent',
        '> 600': '> 6000',
        '> 3600': '> 36',
        'for: 15m': 'for: 5m',
      };
      const other = { 'for: 30m': 'for: 40m', 'state="off"': 'state="on"', ...changed }[part] ?? '';
      const rules = readFileSync(join(monitoring, 'alerts.yaml'), 'utf8');
      expect(rules).toContain(part);
      write('alerts.yaml', rules.replace(part, other));
      const tests = write('alerts.test.yaml', readFileSync(join(monitoring, 'alerts.test.yaml'), 'utf8'));
      expect(() => promtool(['test', 'rules', tests])).toThrow();
    },
  );

  it('expressions of the dashboard are valid', () => {
    const { panels } = JSON.parse(readFileSync(join(monitoring, 'dashboard.json'), 'utf8')) as {
      readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
    };
    const rules = panels
      .flatMap(({ targets }) => targets)
      .map(({ expr }, index) => ({
        record: `dashboard:expression:${index}`.replaceAll(/\d/g, (digit) =>
          'abcdefghij'.charAt(Number(digit)),
        ),
        expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(job|master)\b/g, '.*'),
      }));
    expect(rules.length).toBeGreaterThan(15);
    // JSON is YAML.
    const file = write('dashboard.yaml', JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    promtool(['check', 'rules', '--lint=all', '--lint-fatal', file]);
    const [first] = rules;
    const broken = JSON.stringify({ groups: [{ name: 'x', rules: [{ ...first, expr: 'sum(' }] }] });
    expect(() => promtool(['check', 'rules', write('broken.yaml', broken)])).toThrow();
  });

  it('metrics are in the format of Prometheus, with good names and helps', async () => {
    const text = await createMetrics().text(busyStatus(new Date()));
    const ours = text
      .split('\n')
      .filter((line) => /^(?:# \w+ )?lavaflow_/.test(line))
      .join('\n');
    expect(promtool(['check', 'metrics'], `${ours}\n`)).toBe('');
  });
});
