/** Which release of LAVA a lab is checked by, and what only a later one has. */
import { describe, expect, it } from 'vitest';

import { loadLab } from '../../../src/lab/index.js';
import { lavaCommits } from '../../../src/lab/write/lava-releases.js';
import { formatRelease, knownReleases, newestKnownRelease } from '../../../src/model/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const one = 'device-dictionaries/board-1.jinja2';
const check = 'device-types/board.health-check.yaml';
const main = 'kind: Master\nurl: https://lava.example.org\nsites: [here]\n';
const job = 'job_name: check\ntimeouts: {job: {minutes: 5}}\nvisibility: public\n';
const assumed = 'lab-config/masters/main.yaml does not specify `release`, so 2023.01 is assumed';

function findingsOf(files: Readonly<Record<string, string>>): string[] {
  const own = Object.fromEntries(
    Object.entries(smallLab).filter(([path]) => !/other|there|w2|-2/.test(path)),
  );
  const { findings } = loadLab(labOf({ ...own, ...files }));
  return findings.map(
    ({ place: { line, column }, severity, message, hint }) =>
      `${line}:${column} ${severity} ${message} | ${hint ?? ''}`,
  );
}

describe('the release of a master', () => {
  it.each([
    ['2023.01', []],
    ['2022.01.3', []],
    [
      '2019.01',
      [
        'undefined:undefined warning nothing is planned for the master "main" until the errors in its file are fixed | ',
        '4:10 error lavaflow does not know a LAVA release 2019.01 | Write a release from 2020.05 to 2026.10. Those of 2020 are 2020.05, 2020.06, 2020.07, 2020.08, 2020.09, 2020.10, 2020.12.',
      ],
    ],
    [
      '2024.07',
      [
        '4:10 warning lavaflow does not know a LAVA release 2024.07: the rules of 2024.05 apply | Write a release from 2020.05 to 2026.10. Those of 2024 are 2024.01, 2024.03, 2024.05, 2024.09.',
      ],
    ],
    [
      '2027.01',
      [
        '4:10 warning lavaflow does not know a LAVA release 2027.01: the rules of 2026.10 apply | Write a release from 2020.05 to 2026.10. Those of 2026 are 2026.01, 2026.02, 2026.04, 2026.05, 2026.06, 2026.07, 2026.10.',
      ],
    ],
  ])('%s', (release, expected) => {
    expect(findingsOf({ 'lab-config/masters/main.yaml': `${main}release: "${release}"\n` })).toEqual(
      expected,
    );
  });

  it('is one of those whose commits are known, or the newest', () => {
    const known = new Set(Object.keys(lavaCommits).map((name) => name.slice(0, 7)));
    expect(knownReleases.map(formatRelease)).toEqual([...known, formatRelease(newestKnownRelease)]);
  });
});

describe('what only a later release has', () => {
  const text = `${job}context: {no_network: 1, boot_charcter_delay: 3}\nactions: [{boot: {method: nodebooter, command: x}}]\n`;

  it('is named with the release since which LAVA has it, and with where the release comes from', () => {
    expect(findingsOf({ [check]: text })).toEqual([
      `4:11 error context.no_network: unknown key | Use it only with LAVA 2025.02 or later: ${assumed}.`,
      '4:26 error context.boot_charcter_delay: unknown key | Did you mean "boot_character_delay"?',
      `5:27 error actions[0].boot.method: "nodebooter" is not a known method | Use it only with LAVA 2023.03 or later: ${assumed}.`,
    ]);
    const specified = { 'lab-config/masters/main.yaml': `${main}release: "2023.05"\n` };
    expect(findingsOf({ [check]: text, ...specified })).toEqual([
      '4:11 error context.no_network: unknown key | Use it only with LAVA 2025.02 or later: the master runs 2023.05.',
      '4:26 error context.boot_charcter_delay: unknown key | Did you mean "boot_character_delay"?',
    ]);
    const embedded = {
      'lab-config/masters/main.yaml': 'kind: Master\nembedded: {worker: w1}\nsites: [here]\n',
    };
    expect(findingsOf({ [check]: text, ...embedded })[0]).toContain(
      "2025.02 or later: lavaflow's own master follows 2023.01.",
    );
  });

  it('is not suggested for what no release has', () => {
    const roles = 'protocols: {lava-multinode: {roles: {a: {device_type: board, count: 1}}}}\n';
    expect(findingsOf({ [check]: `${job}${roles}actions: []\n` })).toEqual([
      '4:29 error protocols.lava-multinode: not allowed in a health check, which runs on one device | Write a health check for one device.',
    ]);
  });

  it('can be a filter', () => {
    expect(findingsOf({ [one]: `${dictionary('board', 'w1')}{% set x = 'a' | yaml_quote %}` })).toContain(
      `3:18 error No filter named 'yaml_quote'. | Write it without yaml_quote: LAVA has this filter since 2024.01, and ${assumed}.`,
    );
  });
});
