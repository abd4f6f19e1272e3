import { existsSync } from 'node:fs';
import { arch } from 'node:os';
import { runProgram } from '../../host/index.js';
import { splitCommand } from '../console/command-line.js';
import { ConsoleSession } from '../console/session.js';
import { findProgram } from '../console/spawn.js';
import { JobFailure } from '../failure.js';
import { asMapping } from '../../pyyaml/index.js';
import type { DeviceConfiguration } from '../../job/index.js';
import type { Action, ActionRun } from '../pipeline/action.js';
import { textList } from './patterns.js';

/** Starts QEMU with the device's options and the deployed images. */
export function executeQemu(device: DeviceConfiguration, architecture: string): Action {
  return {
    name: 'boot-qemu-image',
    summary: 'start QEMU',
    retries: { maxTries: 1 },
    steps: [
      {
        name: 'execute-qemu',
        summary: 'start QEMU with the deployed images',
        run: (given) => startQemu(given, device, architecture),
      },
    ],
  };
}

/** Checks for everything that prevents running QEMU on this worker. */
export function checkQemu(device: DeviceConfiguration, architecture: string | undefined): string[] {
  const problems: string[] = [];
  if (architecture === undefined) problems.push('context.arch: is missing, but QEMU requires it');
  else if (device.architectures?.includes(architecture) !== true) {
    problems.push(`context.arch: '${architecture}' is not an architecture of the device`);
  }
  const { command, options } = qemuParameters(device);
  if (command === undefined) problems.push('the device does not specify which QEMU to run');
  else if (findProgram(command) === undefined) problems.push(`this worker has no '${command}'`);
  if (options.some((option) => option.includes('-enable-kvm')) && !existsSync('/sys/class/misc/kvm')) {
    problems.push('the device requires KVM, which this worker does not have (context: {no_kvm: true})');
  }
  return problems;
}

async function startQemu(given: ActionRun, device: DeviceConfiguration, architecture: string): Promise<void> {
  const { job, data } = given;
  if (data.session !== undefined) await data.session.close();
  const { command, options } = qemuParameters(device);
  const program = command === undefined ? undefined : findProgram(command);
  if (program === undefined) throw new JobFailure('Infrastructure', `cannot find ${command ?? 'QEMU'}`);
  const words: [string, ...string[]] = [program, ...options.flatMap(splitCommand)];
  for (const image of data.images.values()) {
    for (const word of splitCommand(image.imageArg ?? '')) {
      let filled = word;
      for (const [label, { file }] of data.images) filled = filled.replaceAll(`{${label}}`, file);
      words.push(filled);
    }
  }
  given.report({
    qemu_version: await qemuVersion(program),
    host_arch: hostArchitecture(),
    job_arch: architecture,
  });
  job.log.info(`boot command: ${words.join(' ')}`);
  data.session = ConsoleSession.start(words, job.log, 'qemu');
}

function qemuParameters(device: DeviceConfiguration): {
  readonly command: string | undefined;
  readonly options: readonly string[];
} {
  const parameters = asMapping(device.bootMethod('qemu')?.['parameters']) ?? {};
  const command = parameters['command'];
  return {
    command: typeof command === 'string' && command !== '' ? command : undefined,
    options: [...textList(parameters['options']), ...textList(parameters['extra'])],
  };
}

async function qemuVersion(program: string): Promise<string> {
  const text = await runProgram(program, ['--version'], { timeoutMs: 10_000, maxBytes: 64 * 1024 });
  return /version (\S+)/.exec(text)?.[1] ?? 'unknown';
}

/** Debian's name for the machine's architecture, as LAVA reports it. */
function hostArchitecture(): string {
  return arch() === 'x64' ? 'amd64' : arch();
}
