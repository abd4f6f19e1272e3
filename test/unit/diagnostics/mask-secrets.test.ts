import fc from 'fast-check';
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

  it('does not look back from every character of a line', () => {
    const line = `${'x'.repeat(300)}: 1`;
    const cpuMs = startCpuClock();
    for (let count = 0; count < 5_000; count += 1) maskSecrets(line);
    expect(cpuMs()).toBeLessThan(500);
  });

  it('masks an option of a program, wherever the option is after it', () => {
    // States the rule directly, and slowly: look back from the option.
    const rule = (text: string) =>
      ['snmp.[cAX]', 'ipmi.P'].reduce((masked, pair) => {
        const [program = '', letter = ''] = pair.split('.');
        const before = String.raw`(?<=\b${program}\w{1,20}\b[^\n]{0,500})`;
        const secret = String.raw`(?!\{\{|\$)(?:"[^"\n]+"|'[^'\n]+'|[^\s"',;}\])]+)`;
        const option = new RegExp(String.raw`(${before}\s-${letter}\s{0,20})${secret}`, 'g');
        return masked.replaceAll(option, (_match, kept: string) => `${kept}[secret]`);
      }, text);
    const words = [
      'snmpset',
      'ipmitool',
      'snmp',
      ' ',
      '\n',
      '\t',
      '-c',
      '-P',
      '-A',
      '-',
      'x',
      '"a b"',
      '{{',
      '$',
    ];
    const piece = fc.oneof(
      fc.constantFrom(...words),
      fc.constant('y'.repeat(499)),
      fc.string({ maxLength: 3 }),
    );
    const lines = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
    // Other rules mask such words, too.
    const others = /pass|secret|token|key|credential|community|authorization|curl|:\/\//i;
    fc.assert(
      fc.property(
        lines.filter((line) => !others.test(line)),
        (line) => {
          fc.pre(line.length <= 2000);
          expect(maskSecrets(line)).toBe(rule(line));
        },
      ),
      { numRuns: 300 },
    );
  });

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
