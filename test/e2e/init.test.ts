import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { findOwnSource } from '../../src/app/new-lab/own-source.js';
import { lavaflow } from '../support/cli/run.js';
import { startUp } from '../support/cli/running-up.js';

describe('lavaflow init', () => {
  let parent: string;
  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'lavaflow-init-'));
  });
  afterAll(() => {
    rmSync(parent, { recursive: true, force: true });
  });

  it('creates a lab without findings, in which lavaflow up starts', async () => {
    const init = await lavaflow(parent, ['init', 'my-lab', '--site', 'attic']);
    expect(init).toMatchObject({ code: 0, stderr: '' });
    const lab = join(parent, 'my-lab');
    expect(await lavaflow(lab, ['validate'])).toMatchObject({ code: 0, stderr: 'no findings\n', stdout: '' });
    expect(parse(readFileSync(join(lab, '.github/workflows/lab.yaml'), 'utf8'))).toMatchObject({
      jobs: { validate: { 'runs-on': 'ubuntu-latest' } },
    });
    const up = await startUp(lab);
    expect(await up.stop()).toBe(0);
  });

  it("converts LAVA's own directories, which validate recognizes", async () => {
    const etc = join(parent, 'etc-lava-server');
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(etc, path)), { recursive: true });
      writeFileSync(join(etc, path), text);
    };
    const sync = '{% set sync_to_lava = {"device_type": "ours", "worker": "rack-1"} %}';
    const dictionary = `{% extends 'ours.jinja2' %}\n${sync}\n`;
    write('dispatcher-config/devices/a1.jinja2', dictionary);
    write('dispatcher-config/devices/a2.jinja2', "{% extends 'ours.jinja2' %}\n");
    write('dispatcher-config/device-types/ours.jinja2', 'commands: {}\n');
    const job = 'job_name: check\ntimeouts: {job: {minutes: 5}}\nvisibility: public\nactions: []\n';
    write('dispatcher-config/health-checks/ours.yaml', job);
    write('dispatcher.d/rack-1/dispatcher.yaml', 'dispatcher_ip: 192.0.2.1\n');
    write('dispatcher.d/rack-2.yaml', '# nothing\n');
    write('env.yaml', 'overrides:\n  PATH: /bin\n');
    const raw = await lavaflow(join(etc, 'dispatcher-config'), ['validate']);
    expect(raw).toMatchObject({ code: 3, stderr: '1 error\n' });
    expect(raw.stdout).toContain('Run `lavaflow init --from . DIR`');

    write('dispatcher-config/health-checks/other.yml', job);
    write('dispatcher-config/device-types/old/ours.jinja2', 'commands: {}\n');
    write('dispatcher-config/devices/README.md', '# Our boards\n');
    const init = await lavaflow(parent, ['init', 'converted', '--from', 'etc-lava-server']);
    expect(init).toMatchObject({ code: 0, stderr: '' });
    expect(init.stdout).toContain(
      'not converted, because only devices/*.jinja2, device-types/*.jinja2 and health-checks/*.yaml are:\n' +
        '  device-types/old/\n  health-checks/other.yml\n',
    );
    const read = (path: string): string => readFileSync(join(parent, 'converted', path), 'utf8');
    expect(read('device-dictionaries/a1.jinja2')).toBe(dictionary);
    expect(parse(read('device-dictionaries/a2.yaml'))).toMatchObject({ kind: 'Device', deviceType: 'ours' });
    expect(read('device-types/ours.health-check.yaml')).toBe(job);
    expect(read('workers/rack-1/dispatcher.yaml')).toBe('dispatcher_ip: 192.0.2.1\n');
    expect(read('workers/rack-2/dispatcher.yaml')).toBe('# nothing\n');
    expect(read('workers/rack-2/env.yaml')).toBe('overrides:\n  PATH: /bin\n');
    const validate = await lavaflow(join(parent, 'converted'), ['validate', '--format', 'json']);
    const { findings } = JSON.parse(validate.stdout) as { findings: readonly { severity: string }[] };
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);

    const nothing = await lavaflow(parent, ['init', 'other', '--from', 'converted']);
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toContain("contains no device dictionaries in LAVA's layout");
  });

  it('stores no file of a worker with a secret, and sets texts that do not parse aside', async () => {
    const etc = join(parent, 'etc-with-secrets');
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(etc, path)), { recursive: true });
      writeFileSync(join(etc, path), text);
    };
    const extending = "{% extends 'ours.jinja2' %}\n";
    write('dispatcher-config/devices/a1.jinja2', `${extending}{% set api_password = 'hunter22' %}\n`);
    write('dispatcher-config/devices/bad.jinja2', "# the board\n{% set token = 'hunter23' %}\n{{ broken\n");
    write('dispatcher-config/device-types/ours.jinja2', 'commands: {}\n');
    write('dispatcher.d/rack-1/dispatcher.yaml', 'dispatcher_ip: 192.0.2.1\n');
    write('dispatcher.d/rack-2/env.yaml', 'overrides:\n  TOKEN: hunter24\n');
    write('env.yaml', 'overrides:\n  http_proxy: "http://u:secretpw@h"\n');

    const init = await lavaflow(parent, ['init', 'without-secrets', '--from', 'etc-with-secrets']);
    expect(init).toMatchObject({ code: 0, stderr: '' });
    const secret = 'it seems to contain a secret in line 2, and was not stored';
    expect(init.stdout.split('\n').slice(1, -2)).toEqual([
      'not converted:',
      '  device/a1 (worker): its dictionary does not specify one',
      '  device/bad (dictionary): the lab does not accept it; stored in not-imported/device-dictionaries/bad.jinja2',
      expect.stringMatching(
        /^ {4}not-imported\/device-dictionaries\/bad\.jinja2:3:\d+: error: .* \[template-syntax\]$/,
      ),
      '      hint: Close the {{ on line 3 with }}.',
      `  worker/rack-1 (env): ${secret}`,
      `  worker/rack-2 (env): ${secret}`,
      'these lines may contain secrets; check them before you push the lab anywhere:',
      '  device-dictionaries/a1.jinja2:2',
      '  not-imported/device-dictionaries/bad.jinja2:2',
    ]);
    const lab = join(parent, 'without-secrets');
    expect(readFileSync(join(lab, 'not-imported/device-dictionaries/bad.jinja2'), 'utf8')).toBe(
      "# the board\n{% set token = 'hunter23' %}\n{{ broken\n",
    );
    expect(existsSync(join(lab, 'workers/rack-1/env.yaml'))).toBe(false);
    expect(existsSync(join(lab, 'workers/rack-2/env.yaml'))).toBe(false);
    expect(existsSync(join(lab, 'workers/rack-1/dispatcher.yaml'))).toBe(true);
  });

  it('works without the source of lavaflow, when its clone cannot be opened', async () => {
    const clone = join(parent, 'clone');
    mkdirSync(join(clone, '.git'), { recursive: true });
    expect(await findOwnSource(`${clone}/`)).toBe(null);
  });

  it('accepts only an empty directory', async () => {
    mkdirSync(join(parent, 'empty'));
    expect(await lavaflow(parent, ['init', 'empty'])).toMatchObject({ code: 0 });
    mkdirSync(join(parent, 'full'));
    writeFileSync(join(parent, 'full/file'), 'mine');
    const full = await lavaflow(parent, ['init', 'full']);
    expect(full.code).toBe(1);
    expect(full.stderr).toContain('is not empty');
    expect(readFileSync(join(parent, 'full/file'), 'utf8')).toBe('mine');
    const file = await lavaflow(parent, ['init', 'full/file']);
    expect(file.code).toBe(1);
  });

  it.each([
    [['init', 'x', '--site', '../x'], 'cannot be the name of a site'],
    [['import', '--master', 'http://127.0.0.1:1', 'x'], 'LAVA_TOKEN is not set'],
    [
      ['import', '--master', 'http://127.0.0.1:1', '--token-env', 'a secret', 'x'],
      'not the name of an environment',
    ],
    [['import', '--master', 'nonsense', '--token-env', 'HOME', 'x'], 'URL'],
    [['import', '--master', 'http://a:b@127.0.0.1', '--token-env', 'HOME', 'x'], 'URL'],
    [
      ['import', '--master', 'http://127.0.0.1:1', '--token-env', 'HOME', '--name', 'a/b', 'x'],
      'name of a master',
    ],
    [['import', '--master', 'http://127.0.0.1:1', '--token-file', '/nonexistent/file', 'x'], 'read a token'],
    [['plan', '--mster', 'x'], 'Did you mean --master?)\n(lavaflow plan --help'],
    [
      ['jobs', 'submit', 'x.yaml'],
      'is not a lab, so there is no master to use\n  hint: Specify --lab DIR, or --url',
    ],
  ])('says what is wrong with %j', async (args, message) => {
    const outcome = await lavaflow(parent, args, { LAVA_TOKEN: '' });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).not.toContain('internal error');
  });
});
