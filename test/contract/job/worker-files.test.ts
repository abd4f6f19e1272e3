/** Compares the files of a worker that LAVA 2023.01 accepts with those that the lab and our dispatcher accept. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { readEnvironment, readOverrides } from '../../../src/job/index.js';
import { loadLab } from '../../../src/lab/index.js';
import { labOf } from '../../support/lab/lab-files.js';
import { smallLab } from '../../support/lab/small-lab.js';
import { hasPythonModule } from '../../support/python/debian-lava.js';

type Kind = 'env' | 'env-dut' | 'dispatcher';
type Case = readonly [kind: Kind, text: string];

function askWorker(cases: readonly Case[]): readonly (string | null)[] {
  const script = join(import.meta.dirname, '../../support/python/lava-worker-files.py');
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-W', 'ignore', script], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as (string | null)[];
}

function labAccepts([kind, text]: Case): boolean {
  const { findings } = loadLab(labOf({ ...smallLab, [`workers/w1/${kind}.yaml`]: text }));
  return findings.length === 0;
}

const names = fc.constantFrom(
  '',
  ' []',
  ' [A]',
  ' [A, 1]',
  ' A',
  ' ""',
  ' {A: b}',
  ' ~',
  '\n#- A',
  '\n- A',
  ' [[A]]',
);
const variables = fc.constantFrom(
  '',
  ' {}',
  ' {A: b}',
  ' {A: 1}',
  ' {A: }',
  ' [A]',
  ' ""',
  '\n#  A: b',
  ' {1: b}',
  ' {"A=": b}',
  '\n  A: b',
);
const purge = fc.constantFrom(' true', ' false', ' no', '', ' "no"', ' 1');
const environment = lines({ purge, removes: names, overrides: variables, Removes: names });
const address = fc.constantFrom(
  ' 192.0.2.4',
  ' 192.0.2.4:8080',
  ' nfs.example.org',
  '',
  ' 10',
  ' ""',
  ' "a b"',
);
const rules = fc.constantFrom('', ' ["10.*"]', ' [1]', ' []');
const dispatcher = lines({
  dispatcher_ip: address,
  dispatcher_http_ip: address,
  dispatcher_nfs_ip: address,
  dispatcher_tftp_ip: address,
  prefix: fc.constantFrom(' lab-', '', ' 1', ' ""'),
  lxc_path: fc.constantFrom(' /lxc', '', ' 1'),
  http_url_format_string: fc.constantFrom(
    ' "http://c/?u=%s"',
    ' http://c',
    '',
    ' "%s%s"',
    ' "%%2F%s"',
    ' "%2F%s"',
    ' ""',
  ),
  http_cache_include_rules: rules,
  http_cache_exclude_rules: rules,
  test_docker_bind_mounts: fc.constantFrom(
    '',
    ' []',
    ' [[/a, /b]]',
    ' [[/a, /b, rw]]',
    ' [[/a, /b, ro]]',
    ' [/a]',
    ' [[/a]]',
    ' ["/a:/b:ro"]',
    ' [[/a, 1]]',
  ),
  nbd_server_port: fc.constantFrom(' "10809"', ' auto', ' 10809', ''),
  tftp_size_limit: fc.constantFrom(' 1000', ' "1000"', ''),
  dispatcher_addr: address,
});

function lines(keys: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<string> {
  return fc.record<Record<string, string>>(keys, { requiredKeys: [] }).map((values) =>
    Object.entries(values)
      .map(([key, value]) => `${key}:${value}\n`)
      .join(''),
  );
}

/** A text of one to three keys, or one of a few whole files. */
const cases: fc.Arbitrary<Case> = fc.oneof(
  fc.tuple(fc.constantFrom<Kind>('env', 'env-dut'), environment),
  fc.tuple(fc.constant<Kind>('dispatcher'), dispatcher),
  fc.tuple(
    fc.constantFrom<Kind>('env', 'env-dut', 'dispatcher'),
    fc.constantFrom('# nothing\n', '\n# nothing\n\n', '---\n', '- A\n', 'A\n', 'dispatcher_ip:192.0.2.4\n'),
  ),
);

/**
 * Where the lab is stricter on purpose, as docs/lab-repo.md lists: what LAVA accepts has no effect there, or another
 * effect than it seems.
 */
function isStricter([kind, text]: Case): boolean {
  if (text === '') return true;
  if (/^(Removes|dispatcher_addr):/m.test(text)) return true;
  if (kind === 'dispatcher') {
    return /^\w+_ip: ("a b"|""|10)$/m.test(text) || /^nbd_server_port:( 10809)?$/m.test(text);
  }
  return /^purge:( "no"| 1)?$|^removes: (\[A, 1\]|A|""|\{A: b\})$|^overrides: (""|\{1: b\}|\{A: 1\}|\{A: \}|\{"A=": b\})$/m.test(
    text,
  );
}

it.skipIf(!hasPythonModule('lava_dispatcher'))(
  'whatever the lab accepts, the worker of LAVA accepts, and ours',
  () => {
    const sample = fc.sample(cases, { numRuns: 1500, seed: 11 });
    const verdicts = askWorker(sample);
    let accepted = 0;
    for (const [index, one] of sample.entries()) {
      const lava = verdicts[index] ?? null;
      const lab = labAccepts(one);
      const [kind, text] = one;
      const shown = `${JSON.stringify(one)} LAVA: ${lava ?? 'accepts it'}`;
      if (lab) {
        accepted++;
        expect(lava, shown).toBe(null);
        if (kind === 'env') expect(readEnvironment(text).ok, shown).toBe(true);
        if (kind === 'env-dut') expect(readOverrides(text).ok, shown).toBe(true);
      } else if (lava === null) expect(isStricter(one), `only the lab rejects ${shown}`).toBe(true);
    }
    expect(accepted).toBeGreaterThan(100);
  },
);
