import { planActions } from '../../../src/executor/plan-job.js';
import { JobFailure } from '../../../src/executor/failure.js';
import { judgeQemuOptions } from '../../../src/executor/qemu/judge-options.js';
import { variablesForOptions, variablesWithLineBreaks } from '../../../src/executor/qemu/job-context.js';
import { findUnsupported, readRunnableJob } from '../../../src/executor/supported/read-runnable-job.js';
import {
  DeviceChecker,
  formatProblem,
  judgeJob,
  readDeviceConfiguration,
  readEnvironment,
  readJob,
  readOverrides,
  readWorkerSettings,
  type WorkerSettings,
} from '../../../src/job/index.js';
import { parseDefinition, parseHealthCheck } from '../../../src/master/jobs/definition.js';
import { defaultRelease, newestKnownRelease, oldestKnownRelease } from '../../../src/model/index.js';
import { parsePython, parseYaml } from '../../../src/pyyaml/index.js';
import { expectEqual, expectThat, outcomeOf, type Target } from '../target.js';
import { deviceSeeds, jobSeeds, jobTokens } from './job-seeds.js';
import { sectionsOf, sectionText } from './sections.js';

const releases = [oldestKnownRelease, defaultRelease, newestKnownRelease];
const splitter = '\n# device\n';

export const job: Target = {
  name: 'job',
  reach: 'submitters: definitions, read by server, worker and executor',
  seeds: jobSeeds.map((text) => `${text}${splitter}${deviceSeeds[0] ?? ''}`),
  tokens: [...jobTokens, splitter],
  mostBytes: 32 * 1024,
  // Many readers, each of which reports all of its problems.
  msPerKib: 150,
  open: () => {
    const settings = settingsOf('');
    return {
      check: (input) => {
        const [text = '', device = ''] = input.toString('utf8').split(splitter);
        for (const reader of ['server', 'health-check', 'dispatcher'] as const) {
          for (const isStrict of [false, true]) {
            const read = readJob(text, { for: reader, isStrict });
            if (read.ok) continue;
            expectThat('a job that is rejected has a problem', read.problems.length > 0);
            for (const problem of read.problems) formatProblem(problem);
          }
        }
        const yaml = parsePython(text);
        if (yaml.ok) for (const release of releases) judgeJob(yaml.value, release, ['extra']);
        const parsed = parseDefinition(text);
        parseHealthCheck(text, 'qemu');
        expectEqual(
          'what is accepted strictly is accepted',
          parsed.ok || !parseDefinition(text, { isStrict: true }).ok,
          true,
        );
        findUnsupported(text);
        const runnable = readRunnableJob(text);
        if (!runnable.ok) return;
        variablesForOptions(runnable.definition.context);
        variablesWithLineBreaks(runnable.definition.context);
        const configuration = readDeviceConfiguration(device);
        if (!configuration.ok) return;
        outcomeOf(
          () => planActions(runnable.definition, configuration.device, settings, '/tmp/job'),
          JobFailure,
        );
      },
    };
  },
};

function settingsOf(text: string): WorkerSettings {
  const read = readWorkerSettings(text);
  if (!read.ok) throw new Error('empty settings are not valid');
  return read.settings;
}

export const deviceConfiguration: Target = {
  name: 'device-configuration',
  reach: 'contributors, masters: rendered configurations of devices',
  seeds: deviceSeeds,
  tokens: [
    ...jobTokens,
    'commands',
    'connect',
    'connections',
    'power_on',
    'hard_reset',
    'methods',
    'parameters',
    'constants',
  ],
  mostBytes: 32 * 1024,
  msPerKib: 100,
  open: () => {
    const kept = releases.map((release) => new DeviceChecker(release));
    return {
      check: (input) => {
        const text = input.toString('utf8');
        readDeviceConfiguration(text);
        for (const checker of kept) {
          const fresh = new DeviceChecker(checker.release).check(text);
          expectEqual('a checker does not depend on what it checked before', checker.check(text), fresh);
          const yaml = parseYaml(text);
          expectEqual('what is unreadable is not YAML', fresh.kind === 'unreadable', !yaml.ok);
        }
      },
    };
  },
};

export const workerFiles: Target = {
  name: 'worker-files',
  reach: 'contributors: env.yaml, env-dut.yaml, dispatcher.yaml',
  seeds: [
    sectionText({ env: 'purge: false\noverrides: {PATH: /bin, A: 1}\nremoves: [LANG]\n', settings: '' }),
    sectionText({
      env: 'purge: true\noverrides:\n  A: "b"\n',
      settings:
        'dispatcher_ip: 10.0.0.1\nlavaflow:\n  image_directories: [/srv/images]\n  limits: {image_mib: 100, disk_mib: 1000, log_mib: 10}\n  qemu_options: [-virtfs]\n',
    }),
  ],
  tokens: [
    'purge',
    'overrides',
    'removes',
    'lavaflow',
    'image_mib',
    'qemu_options',
    '/a/../b',
    '=',
    'A=B',
    ...jobTokens.slice(-12),
  ],
  mostBytes: 32 * 1024,
  msPerKib: 25,
  open: () => ({
    check: (input) => {
      for (const { text } of sectionsOf(input.toString('utf8'))) {
        readEnvironment(text);
        readOverrides(text);
        readWorkerSettings(text);
      }
    },
  }),
};

export const qemuOptions: Target = {
  name: 'qemu-options',
  reach: 'submitters: image_arg and the context of a job',
  seeds: [
    '-drive\nformat=raw,file={rootfs}',
    '-m\n512\n-smp\n2,sockets=1\n-device\nvirtio-net-pci,netdev=n,mac=00:11\n-netdev\nuser,id=n\n-append\nroot=/dev/vda',
    '--kernel\n{kernel}\n-virtfs\nlocal,path=/\n-object\nrng-random,filename=/dev/urandom\n-serial\nstdio',
  ],
  tokens: [
    '-',
    '--',
    ',',
    ',,',
    '=',
    '{rootfs}',
    '{other}',
    'file=',
    '/etc/shadow',
    'driver=',
    'romfile=',
    '-chardev',
    '-hda',
    '-readconfig',
    '-s',
  ],
  mostBytes: 16 * 1024,
  msPerKib: 10,
  open: () => ({
    check: (input) => {
      const words = input.toString('utf8').split('\n');
      const problems = judgeQemuOptions(words, {
        labels: new Set(['rootfs', 'kernel']),
        allowed: ['-virtfs'],
      });
      const allowed = words.flatMap((word, at) =>
        words[at - 1] === '-append' || words[at - 1] === '--append' ? [] : [word],
      );
      const namesPath = allowed.some((word) => /(?:^|[=,])\/(?!dev\/u?random$)/.test(word));
      const usesVirtfs = words.some((word) => /^--?virtfs$/.test(word));
      if (namesPath && !usesVirtfs) expectThat('no option names a file of the worker', problems.length > 0);
    },
  }),
};
