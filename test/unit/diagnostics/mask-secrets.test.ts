import { describe, expect, it } from 'vitest';

import type { ConfigurationObject } from '../../../src/model/index.js';
import {
  formatPlanMarkdown,
  formatPlanText,
  renderedDifferences,
  type Plan,
} from '../../../src/plan/index.js';
import { maskSecrets } from '../../../src/diagnostics/index.js';
import { device, deviceType, worker } from '../../support/lab/desired.js';
import { observedMaster, planOf } from '../../support/lab/plan-of.js';
import { startCpuClock } from '../../support/clocks.js';

const token = 'abcdefABCDEF0123456789';

function planBetween(before: readonly ConfigurationObject[], after: readonly ConfigurationObject[]): Plan {
  const plan = planOf({ master: before, lab: after });
  const { changes } = plan;
  const observed = observedMaster(before);
  return {
    ...plan,
    rendered: renderedDifferences({ changes, observed, shown: new Map(), sources: new Map() }),
  };
}

function views(plan: Plan): string[] {
  const secrets = [token];
  return [
    formatPlanText(plan, { color: false, diffs: true, secrets }),
    formatPlanMarkdown(plan, { secrets }),
  ];
}

describe('secrets in the output of a plan', () => {
  it.each([
    ['snmpset -v1 -c SEKRET pdu.example.com 1.2.3 i 1', 'snmpset -v1 -c [secret] pdu.example.com 1.2.3 i 1'],
    ['snmpset -v3 -u me -A SEKRET -X SEKRET pdu 1.2', '-A [secret] -X [secret] pdu 1.2'],
    ['ipmitool -H bmc -U admin -P SEKRET power on', '-P [secret] power on'],
    ['pdu-daemon --password SEKRET --port 3', '--password [secret] --port 3'],
    ['pdu --passwd=SEKRET', '--passwd=[secret]'],
    ['sshpass -p SEKRET ssh root@board', 'sshpass -p [secret] ssh root@board'],
    ['curl -u admin:SEKRET http://pdu/on', 'curl -u admin:[secret] http://pdu/on'],
    ['curl http://admin:SEKRET@pdu.example.com/on', 'http://admin:[secret]@pdu.example.com/on'],
    ["curl -H 'Authorization: Bearer SEKRET' http://x", 'Authorization: Bearer [secret]'],
    ['API_TOKEN=SEKRET', 'API_TOKEN=[secret]'],
    ['root_password: "SEKRET and more"', 'root_password: [secret]'],
    ["{% set power_token = 'SEKRET' %}", '{% set power_token = [secret] %}'],
    [`x ${token} y`, 'x [secret] y'],
  ])('%s', (line, shown) => {
    const before = [
      deviceType('qemu'),
      device('a', { worker: null, dictionary: 'x: 1\n' }),
      worker('w', { env: 'a\nb\n' }),
    ];
    const after = [
      deviceType('qemu'),
      device('a', { worker: null, dictionary: `x: 1\ny: |\n  ${line.replaceAll(/[{}%]/g, '')}\n` }),
      worker('w', { env: `a\n${line}\n` }),
    ];
    for (const text of views(planBetween(before, after))) {
      expect(text).not.toMatch(/SEKRET|abcdefABCDEF/);
      expect(text).toContain(shown);
    }
  });

  it('does not mask what is not a secret', () => {
    const harmless = [
      "password_prompt: 'Password:'",
      'console: telnet ser2net 7001',
      'login: {{ root_password }}',
      'commands: curl -o x http://server:8080/path@v1',
      'tokens_allowed:',
    ];
    const text = `${harmless.join('\n')}\n`;
    const plan = planBetween([worker('w', { env: 'a\nb\n' })], [worker('w', { env: text })]);
    for (const view of views(plan)) for (const line of harmless) expect(view).toContain(line);
  });

  it.each(['-c x ', 'curl ', 'password ', 'token-', 'authorization ', 'a://b:', 'snmpset -c', '--token '])(
    'takes no longer for a long line of %j',
    (text) => {
      const line = text.repeat(1_000_000 / text.length);
      const cpuMs = startCpuClock();
      const masked = maskSecrets(line);
      expect(cpuMs()).toBeLessThan(2_000);
      expect(masked).toMatch(/… \d+ more characters$/);
    },
  );

  it('does not show half of a secret when it truncates a long line', () => {
    for (let blanks = 0; blanks < 5_000; blanks += 97) {
      const masked = maskSecrets(
        `${'x '.repeat(blanks)}https://user:hunter2hunter2@host ${'y '.repeat(3_000)}`,
      );
      expect(masked).not.toContain('hunter');
    }
  });

  it('masks the body of a private key', () => {
    const key =
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAABBBB\nCCCCDDDD\n-----END OPENSSH PRIVATE KEY-----\nafter\n';
    const plan = planBetween([worker('w', { env: 'a\nb\n' })], [worker('w', { env: key })]);
    for (const view of views(plan)) {
      expect(view).not.toMatch(/AAAABBBB|CCCCDDDD/);
      expect(view).toContain('+after');
    }
  });

  it('shows a change even if only a secret changes', () => {
    const env = (secret: string) => worker('w', { env: `a: 1\npassword: ${secret}\n` });
    for (const view of views(planBetween([env('one-secret')], [env('other-secret')]))) {
      expect(view).toContain('-password: [secret]');
      expect(view).toContain('+password: [secret]');
    }
  });
});
