/** A lab of devices that LAVA would set to Bad, over LAVA's own device types (made after public bug reports). */
import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { readDeviceTypes } from '../../support/jinja-device-types.js';
import { DEVICE_TYPES } from '../../support/jinja-oracle.js';
import { readLabFiles } from '../../support/lab/lab-files.js';
import { requireOrSkip } from '../../support/real-parts.js';

const directory = 'test/fixtures/labs/16-device-schema';

function load() {
  const templates = new Map(
    [...readDeviceTypes()].map(([name, text]) => [name, { text, file: `${DEVICE_TYPES}/${name}` }]),
  );
  return loadLab(readLabFiles(directory), { templates });
}

function summary({ findings }: ReturnType<typeof load>): string[] {
  return findings.map(
    ({ place: { file, line }, severity, code }) =>
      `${file.split('/').at(-1) ?? ''}:${line} ${severity} ${code}`,
  );
}

const expected = [
  'fastboot-opts.jinja2:5 error device-configuration-invalid',
  'fastboot-opts.jinja2:6 error device-configuration-invalid',
  'no-primary.jinja2:3 warning connection-unusable',
  'power-number.jinja2:3 error device-configuration-invalid',
  'power-number.jinja2:4 error device-configuration-invalid',
  'puppet.jinja2:1 error device-configuration-invalid',
  'ssh-power.jinja2:7 error device-configuration-invalid',
  'uart-typo.jinja2:3 warning connection-unusable',
  'uart-typo.jinja2:4 warning connection-unusable',
  'usb-vendor.jinja2:3 warning unused-variable',
  'users-cmd.jinja2:3 error device-configuration-invalid',
  'users-cmd2.jinja2:3 error device-configuration-invalid',
  'lab-board.jinja2:3 error device-configuration-invalid',
];

describe.skipIf(requireOrSkip('lava-schemas'))('a lab with devices that LAVA rejects', () => {
  it('is reported at the lines of the lab that are wrong', () => {
    const loaded = load();
    expect(summary(loaded)).toEqual(expected);
    expect(loaded.findings.map(({ place }) => place.file).filter((file) => file.startsWith('/'))).toEqual([]);
  });

  it('blocks only those devices', () => {
    const { lab } = load();
    const blocked = [...(lab?.desired.get('m')?.blocked.keys() ?? [])].filter((key) =>
      key.startsWith('device/'),
    );
    const names = [
      'fastboot-opts',
      'own-key',
      'power-number',
      'puppet',
      'ssh-power',
      'users-cmd',
      'users-cmd2',
    ];
    expect(blocked.sort()).toEqual(names.map((name) => `device/${name}`));
  });

  it('names the template line that printed the value', () => {
    const messages = load().findings.map(({ message }) => message);
    expect(messages).toContainEqual(
      expect.stringMatching(
        /^power-number: LAVA 2023\.01 rejects .*commands\.connect: .* \(printed by .*base\.jinja2:195\)$/,
      ),
    );
  });
});
