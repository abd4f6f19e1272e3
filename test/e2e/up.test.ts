import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { TestRepository } from '../support/git/git-repository.js';
import { makeImages } from '../support/jobs/qemu-images.js';
import { tickingJob } from '../support/jobs/ticking-job.js';
import { requireOrSkip } from '../support/real-parts.js';
import { lavaflow, projectRoot, startLavaflow } from '../support/cli/run.js';
import { exitCode, processesOf, startUp, type RunningUp } from '../support/cli/running-up.js';
import { makeSampleLab } from '../support/lab/sample-lab.js';
import { slowness } from '../support/clocks.js';
import { until } from '../support/until.js';

const dockerTest = `job_name: with a docker test
device_type: lavaflow-board
visibility: public
timeouts: {job: {minutes: 5}}
actions:
- boot: {method: u-boot, commands: onboard, prompts: ['# ']}
- test:
    docker: {image: debian}
    definitions:
    - {from: git, repository: "https://git.example.org/t.git", path: a.yaml, name: a}
`;

describe('lavaflow up on the sample lab', () => {
  let lab: TestRepository;
  let up: RunningUp;
  beforeAll(async () => {
    lab = await makeSampleLab();
    up = await startUp(lab.directory);
  });
  afterAll(async () => {
    await up.stop();
    await lab.remove();
  });

  test('is ready within 10 seconds and prints what it did', async () => {
    expect(up.readyMs).toBeLessThan(10_000 * slowness());
    const revision = (await lab.git('rev-parse', 'HEAD')).trim();
    const said = up.child.stdoutText();
    expect(said).toContain(revision);
    for (const word of [
      'embedded',
      'stock',
      'desk-worker',
      'berlin-rack-1',
      'qemu-x86-1',
      'sim-board-2',
      up.url,
    ]) {
      expect(said).toContain(word);
    }
    expect(said).toContain('npx lavaflow jobs submit examples/');
  });

  test('keeps its tokens in files of mode 0600, and has no default one', () => {
    const file = join(lab.directory, '.lavaflow', 'master', 'admin.token');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(up.token.length).toBeGreaterThanOrEqual(32);
    expect(up.child.stdoutText() + up.child.stderrText()).not.toContain(up.token);
  });

  test('has applied the whole lab: the plan has no changes', async () => {
    const plan = await lavaflow(lab.directory, ['plan', '--master', 'embedded', '--rev', 'HEAD']);
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.stdout).toContain('Nothing to do');
  });

  test('a committed edit is on the master within 2 seconds', async () => {
    const file = join(lab.directory, 'device-dictionaries', 'phone-1.jinja2');
    appendFileSync(file, '{# edited #}\n');
    await lab.commit({}, 'Edit a dictionary');
    await until(
      'the master has the edit',
      async () => (await up.dictionary('phone-1')).includes('edited'),
      2000 * slowness(),
    );
    expect(await up.dictionary('phone-1')).toBe(readFileSync(file, 'utf8'));
  });

  test('a broken dictionary blocks only itself, and is reported at file:line:column', async () => {
    const broken = join(lab.directory, 'device-dictionaries', 'phone-1.jinja2');
    const before = readFileSync(broken, 'utf8');
    writeFileSync(broken, before.replace('{% extends', '{% extend'));
    appendFileSync(join(lab.directory, 'device-dictionaries', 'phone-2.jinja2'), '{# still reconciled #}\n');
    await lab.commit({}, 'Break one, edit another');
    await until('the other is applied', async () => (await up.dictionary('phone-2')).includes('still'));
    await until('the finding is shown', () =>
      /device-dictionaries\/phone-1\.jinja2:\d+:\d+: error/.test(up.child.stdoutText()),
    );
    expect(await up.dictionary('phone-1')).toBe(before);
    await until('it is in the log', () => up.child.stderrText().includes('lab has findings'));
    expect(up.child.stderrText()).not.toContain('{"level"');
    writeFileSync(broken, before);
    await lab.commit({}, 'Fix it');
    await until('it reports that the finding is gone', () =>
      up.child.stdoutText().includes('no more findings'),
    );
  });

  test('a job runs on the simulated board, and its log streams before it ends', async () => {
    const example = join(projectRoot, 'examples', 'simulated-board.yaml');
    const child = startLavaflow(lab.directory, ['jobs', 'submit', example]);
    let wasLive = false;
    await until('the job has ended', async () => {
      const id = /job (\d+)/.exec(child.stderrText())?.[1];
      if (!wasLive && id !== undefined && child.stdoutText().includes('Hit any key to stop autoboot')) {
        wasLive = (await up.client.show(id)).state === 'Running';
      }
      return child.exitCode !== null;
    });
    expect(wasLive).toBe(true);
    expect(child.exitCode).toBe(0);
    expect(child.stdoutText()).toMatch(/pass {4}lava\/job\njob \d+ on sim-board-[12]: Complete/);
  });

  test('a job that cannot run ends with its reason: every key, who has to act, and what to try', async () => {
    writeFileSync(join(lab.directory, 'docker-test.yaml'), dockerTest);
    const submit = await lavaflow(lab.directory, ['jobs', 'submit', 'docker-test.yaml']);
    expect(submit.code).toBe(1);
    const reason = `  reason: Invalid job data:
    actions[1].test.docker: docker tests are not supported
    actions[1].test.definitions[0].from: "git": only inline definitions are supported
  caused by: the job definition (error type Job)
  hint: Correct these keys of the job definition, and submit the job again.
`;
    expect(submit.stdout).toMatch(/fail {4}lava\/job\njob \d+ on sim-board-[12]: Incomplete\n/);
    expect(submit.stdout).toContain(reason);
    const id = /job (\d+) on/.exec(submit.stdout)?.[1] ?? '';
    const show = await lavaflow(lab.directory, ['jobs', 'show', id]);
    expect(show.stdout).toContain(reason);
    const json = await lavaflow(lab.directory, ['jobs', 'logs', id, '--format', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      failure: { errorType: 'Job', culprit: 'the job definition', problems: { length: 2 } },
    });
  });

  test('a job that LAVA would reject is rejected at submission, with a suggestion', async () => {
    const example = readFileSync(join(projectRoot, 'examples', 'simulated-board.yaml'), 'utf8');
    writeFileSync(join(lab.directory, 'typo.yaml'), `${example}context: {boot_charcter_delay: 500}\n`);
    const typo = await lavaflow(lab.directory, ['jobs', 'submit', 'typo.yaml']);
    expect(typo.code).toBe(1);
    expect(typo.stderr).toMatch(/context\.boot_charcter_delay: .*Did you mean "boot_character_delay"\?/);
    writeFileSync(join(lab.directory, 'login.yaml'), example.replace('username: root', 'user: root'));
    const login = await lavaflow(lab.directory, ['jobs', 'submit', 'login.yaml']);
    expect(login.stderr).toContain('actions[0].boot.auto_login.username: required key not provided');
  });

  test('every job contains the revision that it ran with', async () => {
    const job = await up.client.show('1');
    expect(job.revision).toMatch(/^[0-9a-f]{40}\+local$/);
  });

  test.skipIf(requireOrSkip('qemu') !== null)('a job runs on the QEMU device', async () => {
    makeImages();
    const submit = await lavaflow(lab.directory, [
      'jobs',
      'submit',
      join(projectRoot, 'examples', 'qemu-amd64.yaml'),
    ]);
    expect(submit.stdout).toMatch(/pass {4}lava\/job\njob \d+ on qemu-x86-[12]: Complete/);
    expect(submit.code).toBe(0);
  });

  test('a second one for the same lab is refused', async () => {
    const second = await lavaflow(lab.directory, ['up', '--listen', '127.0.0.1:0']);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('already running');
  });
});

describe('what lavaflow up started', () => {
  async function startAlone(): Promise<{ lab: TestRepository; up: RunningUp }> {
    const lab = await makeSampleLab();
    return { lab, up: await startUp(lab.directory) };
  }
  const parts = (lab: TestRepository) => processesOf(lab.directory);

  test('ends with SIGTERM, also during a job, with exit code 0', async () => {
    const { lab, up } = await startAlone();
    const example = readFileSync(join(projectRoot, 'examples', 'simulated-board.yaml'), 'utf8');
    const [id = ''] = await up.client.submit(example);
    await until('the job runs', async () => (await up.client.show(id)).state !== 'Submitted');
    expect(parts(lab).length).toBeGreaterThanOrEqual(4);
    expect(await up.stop()).toBe(0);
    expect(parts(lab)).toEqual([]);
    // A process that gets its port now must not receive the token.
    expect(existsSync(join(lab.directory, '.lavaflow', 'endpoint.json'))).toBe(false);
    await lab.remove();
  });

  test('leaves no board Bad when it is stopped during a health check, and continues at the next start', async () => {
    const { lab, up } = await startAlone();
    const boards = async ({ client }: RunningUp) =>
      (await client.devices()).filter(({ deviceType }) => deviceType === 'lavaflow-board');
    await until('a health check runs', async () =>
      (await boards(up)).some(({ state }) => state === 'Running'),
    );
    up.child.kill('SIGINT');
    expect(await exitCode(up.child)).toBe(0);
    const again = await startUp(lab.directory);
    try {
      expect((await boards(again)).filter(({ health }) => health === 'Bad')).toEqual([]);
      await until('the boards are Good', async () =>
        (await boards(again)).every(({ health }) => health === 'Good'),
      );
    } finally {
      await again.stop();
      await lab.remove();
    }
  });

  test.each(['master', 'controller', 'dispatcher', 'board serve'])(
    'starts the %s again when it is killed, twice, and the running job completes',
    async (part) => {
      const { lab, up } = await startAlone();
      const [id = ''] = await up.client.submit(tickingJob(8));
      await until('the job runs', async () => (await up.client.show(id)).state === 'Running');
      for (const time of [1, 2]) {
        const victim = parts(lab).find(({ command }) => command.includes(`lavaflow ${part} `));
        process.kill(victim?.pid ?? 0, 'SIGKILL');
        const said = (pattern: RegExp) => [...up.child.stderrText().matchAll(pattern)].length;
        await until('it runs again', () => said(/^the .+ runs again$/gm) === time);
        expect(said(/^warning: the .+ was killed by SIGKILL; it is started again in \d/gm)).toBe(time);
      }
      await until('the job has ended', async () => (await up.client.show(id)).state === 'Finished');
      if (part !== 'board serve') expect(await up.client.show(id)).toMatchObject({ health: 'Complete' });
      expect(await up.stop()).toBe(0);
      await until('nothing is left', () => parts(lab).length === 0);
      await lab.remove();
    },
  );

  test('ends when lavaflow up itself is killed', async () => {
    const { lab, up } = await startAlone();
    up.child.kill('SIGKILL');
    await until('nothing is left', () => parts(lab).length === 0);
    await lab.remove();
  });
});
