import { describe, expect, it } from 'vitest';
import type { Place } from '../../../src/diagnostics/index.js';
import { loadLab, type LabFile } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { dictionary, smallLab } from '../../support/lab/small-lab.js';

const secret = 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs';
const publicKey = 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID';
const pem =
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA\n-----END OPENSSH PRIVATE KEY-----\n';

interface Case {
  readonly what: string;
  readonly change: Readonly<Record<string, string | LabFile>>;
  /** `file:line:column code` of each error. */
  readonly errors: readonly string[];
  /** `master object` of everything that may not be applied. */
  readonly blocked: readonly string[];
}

const cases: readonly Case[] = [
  {
    what: 'a worker.yaml that is not YAML',
    change: { 'workers/w1/worker.yaml': 'kind: Worker\nsite: "here\n' },
    errors: ['workers/w1/worker.yaml:3:1 yaml-syntax'],
    blocked: [
      'main device/board-1',
      'main device/lonely-1',
      'main worker/w1',
      'other device/board-1',
      'other device/lonely-1',
      'other worker/w1',
    ],
  },
  {
    what: 'a device type that is not YAML',
    change: { 'device-types/board.yaml': 'kind: DeviceType\n\tdescription: a tab\n' },
    errors: ['device-types/board.yaml:2:1 yaml-syntax'],
    blocked: [
      'main device-type/board',
      'main device/board-1',
      'other device-type/board',
      'other device/board-2',
    ],
  },
  {
    what: 'a worker that does not exist',
    change: { 'device-dictionaries/board-1.jinja2': dictionary('board', 'w9') },
    errors: ['device-dictionaries/board-1.jinja2:2:58 worker-unknown'],
    blocked: ['main device/board-1', 'other device/board-1'],
  },
  {
    what: 'a dictionary that extends nothing',
    change: {
      'device-dictionaries/board-1.jinja2':
        '{% set sync_to_lava = {"device_type": "board", "worker": "w1"} %}',
    },
    errors: ['device-dictionaries/board-1.jinja2:1:1 dictionary-extends-nothing'],
    blocked: ['main device/board-1'],
  },
  {
    what: 'a dictionary that does not parse, and extends a template that LAVA ships',
    change: {
      'device-dictionaries/lonely-1.jinja2': `${dictionary('lonely', 'w1').replace('lonely', 'qemu')}{% set ports = [1, 2 %}\n`,
    },
    errors: ['device-dictionaries/lonely-1.jinja2:3 template-syntax'],
    blocked: ['main device/lonely-1'],
  },
  {
    what: 'a dictionary and its template that do not parse',
    change: {
      'device-types/board.jinja2': '{% if %}\n',
      'device-dictionaries/board-1.jinja2': `${dictionary('board', 'w1')}{% set ports = [1, 2 %}\n`,
    },
    errors: [
      'device-dictionaries/board-1.jinja2:3 template-syntax',
      'device-types/board.jinja2:1 template-syntax',
    ],
    blocked: ['main device/board-1', 'main template/board', 'other device/board-2', 'other template/board'],
  },
  {
    what: 'a dictionary that extends twice',
    change: {
      'device-dictionaries/board-1.jinja2': `${dictionary('board', 'w1')}{% extends 'lonely.jinja2' %}`,
    },
    errors: ['device-dictionaries/board-1.jinja2:3:4 dictionary-extends-twice'],
    blocked: ['main device/board-1'],
  },
  {
    what: 'a dictionary that computes what it extends',
    change: {
      'device-dictionaries/board-1.jinja2': dictionary("board' ~ '", 'w1').replace("board' ~ '\"", 'board"'),
    },
    errors: ['device-dictionaries/board-1.jinja2:1:4 dictionary-extends-computed'],
    blocked: ['main device/board-1'],
  },
  {
    what: 'a template loop',
    change: { 'device-types/our-base.jinja2': "{% extends 'board.jinja2' %}\n" },
    errors: ['device-types/board.jinja2:1:4 template-loop', 'device-types/our-base.jinja2:1:4 template-loop'],
    blocked: [
      'main device/board-1',
      'main template/board',
      'main template/our-base',
      'other device/board-2',
      'other template/board',
      'other template/our-base',
    ],
  },
  {
    what: 'a template that is not Jinja2',
    change: { 'device-types/our-base.jinja2': 'a: 1\n{% if x %}\n' },
    errors: ['device-types/our-base.jinja2:2 template-syntax'],
    blocked: [
      'main device/board-1',
      'main template/board',
      'main template/our-base',
      'other device/board-2',
      'other template/board',
      'other template/our-base',
    ],
  },
  {
    what: 'a template that no dictionary renders with',
    change: { 'device-types/lonely.jinja2': 'x: 1\ny: {{ 1 / 0 }}\n' },
    errors: ['device-types/lonely.jinja2:2 template-fails'],
    blocked: ['main device/lonely-1', 'main template/lonely', 'other template/lonely'],
  },
  {
    what: 'a dictionary that fails in a template with which others render',
    change: {
      'device-types/our-base.jinja2': 'usb_sleep: {{ n | default(1) + 1 }}\n',
      'device-dictionaries/board-1.jinja2': `${dictionary('board', 'w1')}{% set n = 'x' %}`,
    },
    errors: ['device-dictionaries/board-1.jinja2:3 template-fails'],
    blocked: ['main device/board-1'],
  },
  {
    what: 'a dictionary that does not render to YAML',
    change: {
      'device-types/our-base.jinja2': 'parameters:\n  b: {{ n | default(1) }}\n',
      'device-dictionaries/board-1.jinja2': `${dictionary('board', 'w1')}{% set n = 'x: y: z' %}`,
    },
    errors: ['device-dictionaries/board-1.jinja2:3:8 rendered-not-yaml'],
    blocked: ['main device/board-1'],
  },
  {
    what: 'a dictionary that renders to a list',
    change: { 'device-types/lonely.jinja2': '- x\n' },
    errors: ['device-dictionaries/lonely-1.jinja2:1:4 rendered-not-a-mapping'],
    blocked: ['main device/lonely-1'],
  },
  {
    what: 'a dictionary of 5 MB',
    change: { 'device-dictionaries/board-1.jinja2': { type: 'oversized', size: 5 * 1024 * 1024 } },
    errors: ['device-dictionaries/board-1.jinja2 file-too-large'],
    blocked: ['main device/board-1', 'other device/board-1'],
  },
  {
    what: 'a dictionary of 5 MB that was read',
    change: { 'device-dictionaries/board-1.jinja2': 'x'.repeat(5 * 1024 * 1024) },
    errors: ['device-dictionaries/board-1.jinja2 file-too-large'],
    blocked: ['main device/board-1', 'other device/board-1'],
  },
  {
    what: 'a secret key next to the public one',
    change: {
      'workers/w1/certificate.key': `curve\n    public-key = "${publicKey}"\n    secret-key = "${secret}"\n`,
    },
    errors: ['workers/w1/certificate.key:3:1 secret-key-in-lab'],
    blocked: ['main worker/w1'],
  },
  {
    what: 'a secret key file',
    change: {
      'workers/w1/w1.key_secret': `curve\n    public-key = "${publicKey}"\n    secret-key = "${secret}"\n`,
    },
    errors: [
      'workers/w1/w1.key_secret file-unknown',
      'workers/w1/w1.key_secret secret-key-in-lab',
      'workers/w1/w1.key_secret:3:1 secret-key-in-lab',
    ],
    blocked: [],
  },
  {
    what: 'a private key in a README',
    change: { 'workers/w1/README.md': `# Notes\n\n${pem}` },
    errors: ['workers/w1/README.md:3:1 private-key-in-lab'],
    blocked: [],
  },
  {
    what: 'an invalid certificate',
    change: { 'workers/w1/certificate.key': 'curve\n    public-key = "short"\n' },
    errors: ['workers/w1/certificate.key:2:1 certificate-invalid'],
    blocked: ['main worker/w1'],
  },
  {
    what: 'a symlink out of the repo',
    change: { 'device-dictionaries/board-1.jinja2': { type: 'symlink', target: '../../../etc/passwd' } },
    errors: ['device-dictionaries/board-1.jinja2 file-is-symlink'],
    blocked: ['main device/board-1', 'other device/board-1'],
  },
  {
    what: 'a whole lab directory that is a symlink',
    change: { workers: { type: 'symlink', target: '/etc' } },
    errors: ['workers file-is-symlink', 'workers file-unknown'],
    blocked: [],
  },
  {
    what: 'a submodule',
    change: { 'device-types/vendor': { type: 'other' } },
    errors: ['device-types/vendor file-not-regular', 'device-types/vendor file-unknown'],
    blocked: [],
  },
  {
    what: 'a file name with a newline',
    change: { 'device-dictionaries/a\nb.jinja2': dictionary('board', 'w1') },
    errors: ['device-dictionaries/a\nb.jinja2 file-name-unsafe'],
    blocked: [],
  },
  {
    what: 'a hostname that LAVA does not accept',
    change: { 'device-dictionaries/-rf.jinja2': dictionary('board', 'w1') },
    errors: ['device-dictionaries/-rf.jinja2 name-invalid'],
    blocked: [],
  },
  {
    what: 'bytes that are not UTF-8',
    change: { 'workers/w1/worker.yaml': { type: 'file', content: new Uint8Array([0x61, 0x0a, 0xff, 0xfe]) } },
    errors: ['workers/w1/worker.yaml:2:1 file-not-utf8'],
    blocked: [
      'main device/board-1',
      'main device/lonely-1',
      'main worker/w1',
      'other device/board-1',
      'other device/lonely-1',
      'other worker/w1',
    ],
  },
  {
    what: 'a NUL byte',
    change: { 'device-types/lonely.jinja2': 'x: 1\0\n' },
    errors: ['device-types/lonely.jinja2:1:5 file-has-nul'],
    blocked: ['main device/lonely-1', 'main template/lonely', 'other template/lonely'],
  },
  {
    what: 'aliases that multiply',
    change: {
      'workers/w1/env.yaml': `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index] ?? ''},`.repeat(9)}]\n`)
        .join('')}`,
    },
    errors: ['workers/w1/env.yaml:5:4 yaml-too-complex'],
    blocked: ['main worker/w1'],
  },
  {
    what: 'the same key twice',
    change: { 'workers/w1/worker.yaml': 'kind: Worker\nsite: here\nsite: there\n' },
    errors: ['workers/w1/worker.yaml:3:1 yaml-duplicate-key'],
    blocked: [
      'main device/board-1',
      'main device/lonely-1',
      'main worker/w1',
      'other device/board-1',
      'other device/lonely-1',
      'other worker/w1',
    ],
  },
  {
    what: 'a worker without worker.yaml',
    change: { 'workers/w3/worker.yml': 'kind: Worker\nsite: here\n' },
    errors: ['workers/w3/worker.yaml worker-incomplete', 'workers/w3/worker.yml file-unknown'],
    blocked: ['main worker/w3', 'other worker/w3'],
  },
  {
    what: 'two devices whose names differ only in case',
    change: { 'device-dictionaries/BOARD-1.jinja2': dictionary('board', 'w1') },
    errors: ['device-dictionaries/BOARD-1.jinja2 name-duplicate'],
    blocked: ['main device/BOARD-1'],
  },
  {
    what: 'a device with the name of a template',
    change: { 'device-dictionaries/our-base.jinja2': dictionary('lonely', 'w1') },
    errors: ['device-dictionaries/our-base.jinja2 name-duplicate'],
    blocked: [
      'main device/board-1',
      'main device/our-base',
      'main template/board',
      'other device/board-2',
      'other template/board',
    ],
  },
  {
    what: 'a template that would replace one of LAVA',
    change: { 'device-types/qemu.jinja2': 'a: 1\n' },
    errors: ['device-types/qemu.jinja2 template-shadows-shipped'],
    blocked: ['main template/qemu', 'other template/qemu'],
  },
  {
    what: 'a worker at an unknown site',
    change: { 'workers/w1/worker.yaml': 'kind: Worker\nsite: hree\n' },
    errors: ['workers/w1/worker.yaml:2:7 site-unknown'],
    blocked: [
      'main device/board-1',
      'main device/lonely-1',
      'main worker/w1',
      'other device/board-1',
      'other device/lonely-1',
      'other worker/w1',
    ],
  },
];

function keysOf(texts: Readonly<Record<string, string | LabFile>>) {
  const { lab, findings } = loadLab(labOf(texts));
  const masters = [...(lab?.desired.values() ?? [])];
  const list = (part: 'objects' | 'blocked') =>
    masters
      .flatMap(({ master, [part]: map }) => [...map.keys()].map((key) => `${master.name} ${key}`))
      .sort();
  return { findings, objects: list('objects'), blocked: list('blocked') };
}

/** Without the columns that the template engine reports, because the blamed token is up to the engine. */
function placeOf(code: string, { file, line, column }: Place): string {
  const parts = [file, line, ['template-syntax', 'template-fails'].includes(code) ? undefined : column];
  return parts.filter((part) => part !== undefined).join(':');
}

const before = keysOf(smallLab);

describe('loadLab', () => {
  it('has no findings in a correct lab', () => {
    expect(before.findings).toEqual([]);
    expect(before.blocked).toEqual([]);
    expect(before.objects).toEqual([
      'main device-type/board',
      'main device-type/lonely',
      'main device/board-1',
      'main device/lonely-1',
      'main health-check/board',
      'main template/board',
      'main template/lonely',
      'main template/our-base',
      'main worker/w1',
      'other device-type/board',
      'other device/board-2',
      'other health-check/board',
      'other template/board',
      'other template/lonely',
      'other template/our-base',
      'other worker/w2',
    ]);
  });

  it.each(cases)(
    'with $what finds it, blocks what depends on it, and nothing else',
    ({ change, errors, blocked }) => {
      const after = keysOf({ ...smallLab, ...change });
      const found = after.findings
        .filter((finding) => finding.severity === 'error')
        .map(({ code, place }) => `${placeOf(code, place)} ${code}`);
      expect(found).toEqual(errors);
      expect(after.blocked).toEqual(blocked);
      // Everything that is not blocked is unchanged.
      expect(before.objects.filter((key) => !after.objects.includes(key) && !blocked.includes(key))).toEqual(
        [],
      );
    },
  );

  it('never shows a secret', () => {
    for (const { change } of cases) {
      const text = JSON.stringify(keysOf({ ...smallLab, ...change }).findings);
      expect(text).not.toContain(secret);
      expect(text).not.toContain('b3BlbnNz');
    }
  });
});
