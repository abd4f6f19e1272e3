/** A text may be as long as its file. Everything that reads it runs in linear time. */
import { expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';
import { startCpuClock } from '../../support/clocks.js';

/** The limits are 128 KiB for YAML, 256 KiB for a template, and the limit of a file for a certificate. */
const many = (text: string, characters: number): string => text.repeat(characters / text.length);
const board = dictionary('board', 'w1');

it.each([
  ['workers/w1/certificate.key', `public-key = "a${many(' ', 900_000)}x"\n`],
  [
    'lab-config/masters/main.yaml',
    `kind: Master\nurl: https://a${many(':', 120_000)}x\nsites: [here]\ntokenFrom: {env: T}\n`,
  ],
  ['lab-config/masters/main.yaml', `kind: Master\nurl: https://a${many('/', 120_000)}x\nsites: [here]\n`],
  ['workers/w1/worker.yaml', `kind: Worker\nsite: here\ndescription: "a${many(' ', 120_000)}x"\n`],
  ['device-dictionaries/board-1.jinja2', `${board}${many("{% set power_on_command = 'a b' %}\n", 200_000)}`],
  ['device-dictionaries/board-1.jinja2', `${board}${many("{% set a = '\n", 200_000)}`],
  ['device-dictionaries/board-1.jinja2', `${board}${many('{# #}\n', 200_000)}x`],
  ['device-dictionaries/board-1.jinja2', `${board}${many('{#\n', 200_000)}`],
])('%s', (path, text) => {
  const cpuMs = startCpuClock();
  loadLab(labOf({ ...smallLab, [path]: text }));
  expect(cpuMs()).toBeLessThan(3_000);
});
