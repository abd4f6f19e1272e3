/** A text may be as long as its file: nothing that looks at it takes more time than in proportion. */
import { expect, it } from 'vitest';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';
import { startCpuClock } from '../../support/clocks.js';

/** YAML may have 128 KiB, a template 256 KiB, a certificate what a file may have. */
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
