import { describe, expect, it } from 'vitest';

import { convertDirectories, type LavaDirectories } from '../../../../src/lab/index.js';

const none: LavaDirectories = {
  dictionaries: new Map(),
  templates: new Map(),
  healthChecks: new Map(),
  unread: [],
  workers: new Map(),
  everyWorker: {},
};

function convert(found: Partial<LavaDirectories>): ReadonlyMap<string, string> {
  const choices = { lab: 'converted', site: 'here', installs: null };
  const { files } = convertDirectories({ ...none, ...found }, choices);
  return new Map(
    [...files].flatMap(([path, file]) =>
      file.type === 'file' ? [[path, Buffer.from(file.content).toString()]] : [],
    ),
  );
}

describe("LAVA's directories as a lab", () => {
  it("name LAVA's own templates as a source once, without the example", () => {
    const shipped = ['base', 'base-uboot', 'qemu', 'panda', 'x86', 'juno'];
    const texts = convert({
      dictionaries: new Map([['q1', "{% extends 'qemu.jinja2' %}\n"]]),
      templates: new Map(shipped.map((name) => [name, `# ${name}\n`])),
    });
    const lab = texts.get('lab-config/lab.yaml') ?? '';
    expect(lab.match(/deviceTypeSources/g)).toHaveLength(1);
    expect(lab).toContain('\ndeviceTypeSources:\n  - directory: upstream\n');
    expect(lab).toContain("# LAVA's own templates, as they were on the server.");
    expect(texts.get('upstream/qemu.jinja2')).toBe('# qemu\n');
  });

  it('list what is left out of the directories, not of a master, with the message and the place', () => {
    const texts = convert({
      dictionaries: new Map([['b1', "{% extends 'ours.jinja2' %}\n"]]),
      templates: new Map([['ours', 'actions: {}\n']]),
      healthChecks: new Map([['ours', 'job_name: check\ntimeouts: soon\n']]),
    });
    const readme = texts.get('not-imported/README.md') ?? '';
    expect(readme).toMatch(/^# Not converted\n\nThese parts of LAVA's directories are not in this lab\./);
    expect(readme).not.toContain('master');
    expect(readme).toMatch(
      /\n {6}not-imported\/device-types\/ours\.health-check\.yaml:2:\d+: error: .* \[yaml-wrong-type\]\n/,
    );
  });

  it('set a dictionary aside that extends a template in a subdirectory', () => {
    const { files, leftOut } = convertDirectories(
      {
        ...none,
        dictionaries: new Map([['d1', "{% extends 'a/b.jinja2' %}\n"]]),
        unread: ['device-types/a/'],
        workers: new Map([['w1', {}]]),
      },
      { lab: 'lab', installs: null, site: 'desk' },
    );
    const file = 'not-imported/device-dictionaries/d1.jinja2';
    expect(leftOut).toMatchObject([
      { key: 'device/d1', field: 'dictionary', why: 'the lab does not accept it', file },
    ]);
    expect(leftOut[0]?.problems?.map(({ code }) => code)).toContain('template-unknown');
    expect([...files.keys()]).toContain(file);
  });
});
