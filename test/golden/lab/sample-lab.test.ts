import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLabTemplates, renderDevice } from '../../../src/lab/index.js';
import { hasPythonModule, renderWithRealJinja } from '../../support/python/debian-lava.js';
import { readLabFiles } from '../../support/lab/lab-files.js';

const files = readLabFiles(join(import.meta.dirname, '../../..'));
const templates = createLabTemplates(files);
const contexts = [
  {},
  { arch: 'amd64', no_kvm: true },
  { arch: 'arm64', memory: 2048, extra_options: ['-smp 2'] },
];

function textsOf(directory: string, ending: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [path, file] of files) {
    if (!path.startsWith(directory) || !path.endsWith(ending) || file.type !== 'file') continue;
    texts[path.slice(directory.length)] = new TextDecoder().decode(file.content);
  }
  return texts;
}

const request = {
  files: { ...textsOf('device-types/', '.jinja2'), ...textsOf('device-dictionaries/', '.jinja2') },
  dictionaries: templates.devices.map((device) => `${device}.jinja2`),
};

describe.skipIf(!hasPythonModule('jinja2'))('the sample lab, beside CPython and its Jinja2', () => {
  it.each(contexts)('renders to the same bytes with the context %j', (context) => {
    const real = renderWithRealJinja({ ...request, context });
    expect(templates.devices.length).toBeGreaterThanOrEqual(16);
    for (const device of templates.devices) {
      expect(renderDevice(templates, device, context), device).toBe(real[`${device}.jinja2`]?.text);
    }
  });
});

describe.skipIf(!hasPythonModule('lava_scheduler_app'))('the sample lab, beside LAVA', () => {
  it.each(contexts)(
    'renders to configurations that the schema of LAVA takes, with the context %j',
    (context) => {
      const real = renderWithRealJinja({ ...request, context }, true);
      for (const device of request.dictionaries) expect(real[device]?.schema, device).toBe(null);
    },
  );

  it('has health checks that the schema of LAVA takes', () => {
    const jobs = textsOf('device-types/', '.health-check.yaml');
    const real = renderWithRealJinja({ files: {}, dictionaries: [], jobs }, true);
    expect(Object.keys(jobs).length).toBeGreaterThan(0);
    for (const job of Object.keys(jobs)) expect(real[job]?.schema, job).toBe(null);
  });
});
