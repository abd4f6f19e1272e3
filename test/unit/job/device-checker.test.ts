import { describe, expect, it } from 'vitest';

import { DeviceChecker } from '../../../src/job/index.js';

const usual = `# a board
commands:
  connect: telnet a 1
actions:
  deploy:
    methods: {tftp: }
usb_sleep: 3
flash_cmds_order:
- a
- b
`;

function kindsOf(...texts: readonly string[]): string[] {
  const checker = new DeviceChecker(202301);
  return texts.map((text) => checker.check(text).kind);
}

describe('DeviceChecker', () => {
  it.each([
    ['accepted', usual],
    ['accepted', '{}'],
    ['accepted', '  commands: {}\n  usb_sleep: 3\n'],
    ['not-a-mapping', ''],
    ['not-a-mapping', '- a\n'],
    ['unreadable', 'a: [\n'],
    ['rejected', `${usual}unknown: 1\n`],
    ['rejected', usual.replace('usb_sleep: 3', 'usb_sleep: 3.0')],
    ['rejected', 'commands: [\nusb_sleep: 3, a: 1]\n'],
  ])('%s: %j', (kind, text) => {
    expect(kindsOf(text)).toEqual([kind]);
    expect(kindsOf(usual, text, text)).toEqual(['accepted', kind, kind]);
  });

  it('considers only the last of equal keys', () => {
    expect(kindsOf(usual, `${usual}usb_sleep: x\n`, `usb_sleep: x\n${usual}`)).toEqual([
      'accepted',
      'rejected',
      'accepted',
    ]);
  });

  it('considers sections that exclude each other', () => {
    const ssh = 'actions:\n  deploy:\n    methods: {ssh: {host: a}}\n';
    expect(
      kindsOf(`${ssh}commands: {}\n`, `commands: {power_off: x}\n`, `${ssh}commands: {power_off: x}\n`),
    ).toEqual(['accepted', 'accepted', 'rejected']);
  });

  it('reports problems with their paths', () => {
    expect(new DeviceChecker(202301).check('usb_slep: 3\n')).toMatchObject({
      kind: 'rejected',
      problems: [{ path: 'usb_slep', message: 'unknown key', hint: 'Did you mean "usb_sleep"?' }],
    });
  });

  it('uses the rules of its release', () => {
    const text = 'hostname: board-1\n';
    expect(new DeviceChecker(202301).check(text).kind).toBe('rejected');
    expect(new DeviceChecker(202610).check(text).kind).toBe('accepted');
  });
});
