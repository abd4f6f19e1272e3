/**
 * Broken files, through the command line, on a master that has the lab: each is a finding at its place with exit code
 * 3, what depends on it stays unchanged on the master, and everything else of the same commit is applied.
 */
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import type { Finding } from '../../src/diagnostics/index.js';
import { parseWorkflowCommands, sarifProblems, type SarifLog } from '../support/cli/findings-formats.js';
import { makeLabProcesses, type LabProcesses } from '../support/cli/lab-processes.js';
import type { Outcome } from '../support/cli/run.js';
import { isThorough } from '../support/effort.js';

const secretKey = 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs';
const outsideText = 'this lies outside of the repository';
const hostileName = 'evil\n::error file=x,line=1::pwned\u001b[31m%0A.jinja2';

interface Breakage {
  readonly what: string;
  /** Changes files of the lab. All that it writes is well but for the finding, which alone can stop it. */
  readonly breakIt: () => void;
  /** `code file:line:column` of each error. */
  readonly errors: readonly string[];
  /** Paths under /api/v0.2 of what depends on it: they must answer as before. */
  readonly stays: readonly string[];
}

let processes: LabProcesses;
/** The commit without a finding. */
let whole: string;
beforeAll(async () => {
  processes = await makeLabProcesses();
  writeFileSync(join(processes.root, 'outside.jinja2'), `${outsideText}\n`);
  whole = (await processes.lab.git('rev-parse', 'HEAD')).trim();
  expect(await processes.run(['apply', '--yes'])).toMatchObject({ code: 0 });
});
afterAll(() => processes.destroy());
// After the fix, the lab and the master are complete again, so that a failure does not affect the next test.
afterEach(async () => {
  await processes.lab.git('reset', '--quiet', '--hard');
  await processes.lab.git('clean', '--quiet', '--force', '-d');
  await processes.lab.git('read-tree', '-u', '--reset', whole);
  await processes.lab.commit({}, 'Fix');
  expect(await processes.run(['apply', '--yes'])).toMatchObject({ code: 0, stderr: '' });
  expect(await processes.run(['plan', '--rev', 'HEAD'])).toMatchObject({ code: 0 });
});

const breakages: readonly Breakage[] = [
  {
    what: 'unparseable YAML',
    breakIt() {
      write('workers/berlin-rack-1/worker.yaml', 'kind: Worker\nsite: "berlin\ndescription: edited\n');
      append('device-dictionaries/docker-1.jinja2', '{# edited #}\n');
    },
    errors: ['yaml-syntax workers/berlin-rack-1/worker.yaml:4:1'],
    stays: ['workers/berlin-rack-1', 'devices/docker-1', 'devices/docker-1/dictionary'],
  },
  {
    what: 'a missing worker',
    breakIt: () => {
      replace('device-dictionaries/phone-1.jinja2', 'leeds-rack-1', 'leeds-rack-9');
    },
    errors: ['worker-unknown device-dictionaries/phone-1.jinja2:4:13'],
    stays: ['devices/phone-1', 'devices/phone-1/dictionary'],
  },
  {
    what: 'a dictionary that extends nothing',
    breakIt: () => {
      replace('device-dictionaries/phone-2.jinja2', "{% extends 'phone-fastboot.jinja2' %}\n", '');
    },
    errors: ['dictionary-extends-nothing device-dictionaries/phone-2.jinja2:1:1'],
    stays: ['devices/phone-2', 'devices/phone-2/dictionary'],
  },
  {
    what: 'a template loop',
    breakIt() {
      replace('device-types/lab-pc.jinja2', "extends 'lab-base.jinja2'", "extends 'pc-ipxe.jinja2'");
      append('device-types/pc-ipxe.jinja2', '{# edited #}\n');
      append('device-dictionaries/pc-ipxe-1.jinja2', '{# edited #}\n');
    },
    errors: ['template-loop device-types/lab-pc.jinja2:2:4', 'template-loop device-types/pc-ipxe.jinja2:2:4'],
    stays: ['devicetypes/pc-ipxe/template', 'devices/pc-ipxe-1/dictionary'],
  },
  {
    what: 'a 5 MB dictionary',
    breakIt: () => {
      append('device-dictionaries/sbc-arm64-1.jinja2', `{# ${'x'.repeat(5 * 1024 * 1024)} #}\n`);
    },
    errors: ['file-too-large device-dictionaries/sbc-arm64-1.jinja2'],
    stays: ['devices/sbc-arm64-1/dictionary'],
  },
  {
    what: 'a secret key in workers/',
    breakIt() {
      append('workers/leeds-rack-1/certificate.key', `    secret-key = "${secretKey}"\n`);
      write('workers/leeds-rack-1/leeds-rack-1.key_secret', `curve\n    secret-key = "${secretKey}"\n`);
      replace('workers/leeds-rack-1/worker.yaml', /^description: .*$/m, 'description: edited');
    },
    errors: [
      'secret-key-in-lab workers/leeds-rack-1/certificate.key:5:1',
      'file-unknown workers/leeds-rack-1/leeds-rack-1.key_secret',
      'secret-key-in-lab workers/leeds-rack-1/leeds-rack-1.key_secret',
      'secret-key-in-lab workers/leeds-rack-1/leeds-rack-1.key_secret:2:1',
    ],
    stays: ['workers/leeds-rack-1', 'workers/leeds-rack-1/certificate'],
  },
  {
    what: 'a symlink out of the repo',
    breakIt() {
      rmSync(path('device-dictionaries/sbc-armv7-1.jinja2'));
      symlinkSync(join(processes.root, 'outside.jinja2'), path('device-dictionaries/sbc-armv7-1.jinja2'));
      symlinkSync(join(processes.root, 'outside.jinja2'), path('device-dictionaries/linked-board.jinja2'));
    },
    errors: [
      'file-is-symlink device-dictionaries/linked-board.jinja2',
      'file-is-symlink device-dictionaries/sbc-armv7-1.jinja2',
    ],
    stays: ['devices/sbc-armv7-1', 'devices/sbc-armv7-1/dictionary', 'devices/linked-board'],
  },
  {
    what: 'a file name with a newline',
    breakIt: () => {
      write(`device-dictionaries/${hostileName}`, read('device-dictionaries/sbc-armv7-2.jinja2'));
    },
    errors: [`file-name-unsafe device-dictionaries/${hostileName}`],
    stays: ['devices'],
  },
];

test.each(breakages)('$what', expectStopped);

function breakAll(): void {
  for (const { breakIt } of breakages) breakIt();
}

test('all of them at once', async () => {
  await expectStopped({
    what: 'all at once',
    breakIt: breakAll,
    errors: breakages.flatMap(({ errors }) => errors),
    stays: breakages.flatMap(({ stays }) => stays),
  });
});

async function expectStopped({ what, breakIt, errors, stays }: Breakage): Promise<void> {
  const before = await answersOf(stays);
  breakIt();
  append('device-dictionaries/sim-board-1.jinja2', `{# ${what} #}\n`);
  replace('workers/leeds-rack-2/worker.yaml', /^description: .*$/m, `description: ${what}`);
  await processes.lab.commit({}, 'Break and edit');

  const isWhole = isThorough || breakIt === breakAll;
  const validated = isWhole ? await validateInEveryFormat() : await validateTwice();
  expect(validated.findings.map(describeError).sort()).toEqual([...errors].sort());
  const plan = await processes.run(['plan', '--rev', 'HEAD']);
  expect(plan.stdout).toContain('~ update device/sim-board-1');
  const apply = await processes.run(['apply', '--yes']);
  for (const outcome of [plan, apply]) {
    expect(outcome.stderr).toBe(`${validated.text}${lastLineOf(outcome)}\n`);
    expect(lastLineOf(outcome)).toMatch(/^exit code 3: the lab has errors/);
    expectClean(outcome);
  }

  expect(apply.stdout).toContain('done update device/sim-board-1\n');
  expect(await processes.dictionaryOf('sim-board-1')).toContain(`{# ${what} #}`);
  expect(await answerOf('workers/leeds-rack-2')).toContain(`"${what}"`);
  expect(await answersOf(stays)).toEqual(before);
  // Again: nothing is left to do, and the findings are still reported.
  const again = await processes.run(['apply', '--yes']);
  expect(again).toMatchObject({ code: 3, stderr: `${validated.text}${lastLineOf(again)}\n` });
  expect(again.stdout).toContain('nothing to do');
}

function lastLineOf({ stderr }: Outcome): string {
  return stderr.trimEnd().split('\n').at(-1) ?? '';
}

async function validate(...args: string[]): Promise<string> {
  const outcome = await processes.run(['validate', ...args]);
  expect(outcome.stderr).toMatch(args.length === 0 ? /^\d+ errors?\n$/ : /^exit code 3: \d+ errors?\n$/);
  expectClean(outcome);
  return outcome.stdout;
}

async function validateTwice(): Promise<{ findings: readonly Finding[]; text: string }> {
  const [text, json] = await Promise.all([validate(), validate('--format', 'json')]);
  return { ...(JSON.parse(json) as { findings: readonly Finding[] }), text };
}

/** The findings as `validate` reports them, after a check that its four formats agree. */
async function validateInEveryFormat(): Promise<{ findings: readonly Finding[]; text: string }> {
  const [text, json, github, sarifText, ofCommit] = await Promise.all([
    validate(),
    validate('--format', 'json'),
    validate('--format', 'github'),
    validate('--format', 'sarif'),
    validate('--format', 'json', '--rev', 'HEAD'),
  ]);
  const { findings } = JSON.parse(json) as { findings: readonly Finding[] };
  expect(ofCommit).toBe(json);
  const visible = (text: string): string =>
    text.replaceAll(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

  const heads = text.split('\n').filter((line) => line !== '' && !line.startsWith('  hint: '));
  expect(heads).toEqual(
    findings.map(
      ({ place: { file, line, column }, severity, message, code }) =>
        `${[visible(file), line, column].filter((part) => part !== undefined).join(':')}: ` +
        `${severity}: ${visible(message)} [${code}]`,
    ),
  );

  const commands = parseWorkflowCommands(github);
  expect(commands).toEqual(
    findings.map(({ place, severity, code, message, hint }) => ({
      command: severity,
      file: visible(place.file),
      ...(place.line === undefined ? {} : { line: String(place.line) }),
      ...(place.column === undefined ? {} : { col: String(place.column) }),
      title: code,
      message: visible(hint === undefined ? message : `${message}. ${hint}`),
    })),
  );

  const sarif = JSON.parse(sarifText) as SarifLog;
  expect(sarifProblems(sarif)).toEqual([]);
  const results = sarif.runs[0]?.results ?? [];
  expect(
    results.map(({ ruleId, level, locations: [location] }) => {
      const { artifactLocation, region } = location?.physicalLocation ?? {};
      const place = [decodeURIComponent(artifactLocation?.uri ?? ''), region?.startLine, region?.startColumn];
      return `${level} ${ruleId} ${place.filter((part) => part !== undefined).join(':')}`;
    }),
  ).toEqual(findings.map((finding) => `error ${describeError(finding)}`));
  return { findings, text };
}

function describeError({ code, place: { file, line, column } }: Finding): string {
  return `${code} ${[file, line, column].filter((part) => part !== undefined).join(':')}`;
}

/** Exit code 3, nothing that only a programmer reads, nothing secret, nothing that moves a cursor. */
function expectClean({ code, stdout, stderr }: Outcome): void {
  expect(code).toBe(3);
  const said = stdout + stderr;
  expect(said).not.toMatch(/\n\s+at \S+|node_modules|internal error/);
  const token = readFileSync(join(processes.root, 'master', 'reconciler.token'), 'utf8').trim();
  for (const secret of [secretKey, JSON.stringify(secretKey).slice(1, -1), outsideText, token]) {
    expect(said).not.toContain(secret);
  }
  expect(said).not.toMatch(/[^\P{Cc}\n]/u);
}

/** What the API answers about an object; about `devices`, which there are. */
async function answerOf(object: string): Promise<string> {
  const token = readFileSync(join(processes.root, 'master', 'admin.token'), 'utf8').trim();
  const response = await fetch(`${processes.masterUrl}/api/v0.2/${object}/?limit=1000`, {
    headers: { authorization: `Token ${token}` },
  });
  const text = await response.text();
  const shown = object === 'devices' ? text.match(/"hostname":"[^"]*"/g)?.join() : text;
  return `${response.status} ${shown ?? ''}`;
}

async function answersOf(objects: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const answers = await Promise.all(objects.map(async (one) => [one, await answerOf(one)] as const));
  return Object.fromEntries(answers);
}

function path(file: string): string {
  return join(processes.lab.directory, file);
}

function read(file: string): string {
  return readFileSync(path(file), 'utf8');
}

function write(file: string, text: string): void {
  mkdirSync(dirname(path(file)), { recursive: true });
  writeFileSync(path(file), text);
}

function append(file: string, text: string): void {
  appendFileSync(path(file), text);
}

function replace(file: string, what: string | RegExp, by: string): void {
  const text = read(file);
  const replaced = text.replace(what, by);
  if (replaced === text) throw new Error(`${file} does not hold ${String(what)}`);
  write(file, replaced);
}
