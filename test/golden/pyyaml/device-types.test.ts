import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { parseYaml } from '../../../src/pyyaml/index.js';
import { hasPythonModule } from '../../support/python/debian-lava.js';
import { readDeviceTypes } from '../../support/jinja-device-types.js';
import { DEVICE_TYPES } from '../../support/jinja-oracle.js';
import { labOf } from '../../support/lab/lab-files.js';
import { asPyYamlPrints, loadWithPyYaml } from '../../support/python/pyyaml.js';
import { createLabTemplates, renderDevice } from '../../../src/lab/index.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const missing = !hasPythonModule('yaml') || !existsSync(DEVICE_TYPES);

/** Every device type that Debian's lava-server installs, through a minimal dictionary. */
describe.skipIf(missing)("devices of LAVA's own types", () => {
  it('are YAML for us where they are YAML for LAVA, with the same values', () => {
    const types = readDeviceTypes();
    const names = [...types.keys()].map((name) => name.replace(/\.jinja2$/, ''));
    const files = labOf({
      ...smallLab,
      ...Object.fromEntries(
        names.map((name) => [join('device-dictionaries', `of-${name}.jinja2`), dictionary(name, 'w1')]),
      ),
    });
    const templates = new Map(
      [...types].map(([name, text]) => [name, { text, file: join(DEVICE_TYPES, name) }]),
    );
    const lab = createLabTemplates(files, { templates });
    const { findings } = loadLab(files, { templates });
    const failed = new Set(
      findings.filter(({ code }) => code === 'template-fails').map(({ message }) => message.split(':', 1)[0]),
    );
    const found = findings.filter(({ code }) => code.startsWith('rendered-')).map(({ place }) => place.file);

    const devices = names.map((name) => `of-${name}`).filter((device) => !failed.has(device));
    const texts = devices.map((device) => renderDevice(lab, device));
    const outcomes = loadWithPyYaml(texts);
    expect(devices.length).toBeGreaterThan(300);
    for (const [index, device] of devices.entries()) {
      const ours = parseYaml(texts[index] ?? '');
      const theirs = outcomes[index] ?? { odd: true };
      expect(ours.ok, device).toBe('value' in theirs);
      if (ours.ok && 'value' in theirs) expect(asPyYamlPrints(ours.value), device).toEqual(theirs.value);
      const isMapping = 'isMapping' in theirs && theirs.isMapping;
      expect(found.includes(`device-dictionaries/${device}.jinja2`), device).toBe(!isMapping);
    }
  });
});
