import { compareRules, createLabLoader, loadLab, readRules, type FileMap } from '../../../src/lab/index.js';
import { smallLab } from '../../support/lab/small-lab.js';
import { labOf } from '../../support/lab/lab-files.js';
import { expectEqual, expectThat, type Target } from '../target.js';
import { deviceSeeds, jobSeeds } from './job-seeds.js';
import { sectionsOf, sectionText } from './sections.js';

const more = {
  ...smallLab,
  'lab-config/lab.yaml': `kind: Lab
name: small
policy: {prune: retire, mode: warn, undeclared: default, ignore: [{path: device/*/description}]}
deviceTypeSources: [{git: 'https://git.example.org/templates.git', commit: ${'a'.repeat(40)}}]
`,
  'lab-config/masters/main.yaml':
    'kind: Master\nurl: https://lava.example.org\ntokenFrom: {env: LAVA_TOKEN}\nrelease: "2023.01"\nsites: [here]\n',
  'workers/w1/env.yaml': 'purge: false\n',
  'workers/w1/dispatcher.yaml': 'lavaflow: {limits: {image_mib: 1}}\n',
  'workers/w1/certificate.key': `metadata\ncurve\n    public-key = "${'a'.repeat(40)}"\n`,
  'device-types/board.health-check.yaml': (jobSeeds[0] ?? '')
    .replace(/^device_type.*\n/m, '')
    .replace('tags: [usb]\n', ''),
  'device-types/our-base.jinja2': deviceSeeds[0] ?? '',
};

export const lab: Target = {
  name: 'lab',
  reach: 'contributors: every file of a pull request',
  seeds: [sectionText(smallLab), sectionText(more)],
  tokens: [
    'kind: ', 'Lab', 'Master', 'Site', 'Worker', 'DeviceType', 'Device', 'Group', 'name', 'url', 'sites', 'owners', 'policy', 'prune', 'mode', 'ignore', 'undeclared',
    'deviceTypeSources', 'git', 'commit', 'directory', 'tokenFrom', 'env', 'file', 'release', 'site', 'description', 'health', 'jobLimit', 'tags', 'permissions', 'aliases',
    'schedule', '* * * * *', 'members', 'canary', '"2026.10"', 'https://', 'http://%zz@h/', 'git@h:x', 'device/*/description', '**', '{a,b}', '{% extends \'board.jinja2\' %}',
    '{% set sync_to_lava = {"device_type": "board", "worker": "w1"} %}', '"tags": ["a"]', '{% include \'x\' %}', '{{', '}}', '<<<<<<< a', '>>>>>>> b', '=======',
    '\n=== ', '=== lab-config/groups/g.yaml\n', '=== lab-config/masters/x.yaml\n', '=== workers/w3/worker.yaml\n', '=== device-types/x.jinja2\n', '=== devices/board-1.yaml\n',
    '=== device-dictionaries/x.jinja2\n', '=== __proto__/x\n', '=== ../x\n', '/etc/passwd', '- ', ': ', '&a', '*a', '<<: *a', 'token: abcdef0123456789abcdef0123456789',
  ], // prettier-ignore
  mostBytes: 24 * 1024,
  // Every dictionary is rendered, and every problem is explained.
  msPerKib: 150,
  open: () => {
    const loader = createLabLoader();
    return {
      check: (input) => {
        const files = filesOf(input);
        const loaded = loadLab(files);
        for (const { place, message, hint } of loaded.findings) {
          expectThat(
            'a finding has a place',
            place.file !== '' && (place.line === undefined || place.line >= 1),
          );
          expectThat('a finding has a message', message !== '' && hint !== '');
        }
        const again = loader.load(files);
        expectEqual('a loader does not depend on what it loaded before', again.findings, loaded.findings);
        expectEqual('a loader finds the same lab', again.lab, loaded.lab);
        const rules = readRules(files);
        if (rules !== null)
          expectEqual('rules do not differ from themselves', compareRules(rules, rules), []);
      },
    };
  },
};

function filesOf(input: Buffer): FileMap {
  // Files may contain any bytes, names only text.
  const texts = sectionsOf(input.toString('latin1')).map(({ name, text }): [string, Buffer] => [
    Buffer.from(name, 'latin1').toString('utf8'),
    Buffer.from(text, 'latin1'),
  ]);
  const sorted = [...new Map(texts)].sort(([a], [b]) => (a < b ? -1 : 1));
  return labOf(
    Object.fromEntries(sorted.map(([path, content]) => [path, { type: 'file' as const, content }])),
  );
}
