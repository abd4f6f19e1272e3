import { existsSync } from 'node:fs';
import { arch } from 'node:os';
import { reasonOf } from '../../diagnostics/index.js';
import { runProgram } from '../../host/index.js';
import { splitCommand } from '../console/command-line.js';
import { ConsoleSession } from '../console/session.js';
import { findProgram } from '../console/spawn.js';
import { JobFailure } from '../failure.js';
import { asMapping } from '../../pyyaml/index.js';
import type { DeviceConfiguration, WorkerSettings } from '../../job/index.js';
import { problemOfImage } from '../qemu/disk-image.js';
import { variablesForOptions } from '../qemu/job-context.js';
import { judgeQemuOptions } from '../qemu/judge-options.js';
import type { Action, ActionRun } from '../pipeline/action.js';
import { textList } from './patterns.js';

interface QemuContext {
  readonly device: DeviceConfiguration;
  readonly architecture: string | undefined;
  /** The job's context. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly settings: WorkerSettings;
}

/** Starts QEMU with the device's options and the deployed images. */
export function executeQemu(context: QemuContext): Action {
  return {
    name: 'boot-qemu-image',
    summary: 'start QEMU',
    retries: { maxTries: 1 },
    steps: [
      {
        name: 'execute-qemu',
        summary: 'start QEMU with the deployed images',
        run: (given) => startQemu(given, context),
      },
    ],
  };
}

/** Checks for everything that prevents running QEMU on this worker. */
export function checkQemu({ device, architecture, variables, settings }: QemuContext): string[] {
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
  const fromJob = variablesForOptions(variables);
  if (fromJob.length > 0) {
    const policy = { labels: new Set<string>(), allowed: settings.qemuOptions };
    const names = fromJob.map((name) => `context.${name}`).join(', ');
    for (const problem of judgeQemuOptions(splitAll(options), policy)) problems.push(`${names}: ${problem}`);
  }
  return problems;
}

/** Checks the options that a job adds for an image. @param labels the images that the job deploys */
export function checkImageArguments(
  imageArg: string,
  labels: ReadonlySet<string>,
  settings: WorkerSettings,
): string[] {
  let given: string[];
  try {
    given = splitCommand(imageArg);
  } catch (error) {
    return [reasonOf(error)];
  }
  return judgeQemuOptions(given, { labels, allowed: settings.qemuOptions });
}

async function startQemu(given: ActionRun, { device, architecture, settings }: QemuContext): Promise<void> {
  const { job, data } = given;
  if (data.session !== undefined) await data.session.close();
  const { command, options } = qemuParameters(device);
  const program = command === undefined ? undefined : findProgram(command);
  if (program === undefined) throw new JobFailure('Infrastructure', `cannot find ${command ?? 'QEMU'}`);
  const line: [string, ...string[]] = [program, ...splitAll(options)];
  // Without this option, QEMU has a monitor on the console (Ctrl-A C), which can read and write the worker's files.
  if (!line.includes('-monitor')) line.push('-monitor', 'none');
  for (const [label, { file }] of data.images) {
    const problem = await problemOfImage(file, settings.limits.imageBytes);
    if (problem !== undefined) throw new JobFailure('Job', `the image '${label}' cannot be used: ${problem}`);
  }
  for (const image of data.images.values()) {
    for (const word of splitCommand(image.imageArg ?? '')) {
      let filled = word;
      for (const [label, { file }] of data.images) filled = filled.replaceAll(`{${label}}`, file);
      line.push(filled);
    }
  }
  given.report({
    qemu_version: await qemuVersion(program),
    host_arch: hostArchitecture(),
    job_arch: architecture ?? '',
  });
  job.log.info(`boot command: ${line.join(' ')}`);
  data.session = ConsoleSession.start(line, job.log, 'qemu');
}

/** @throws JobFailure (Configuration) when a quote is not closed */
function splitAll(options: readonly string[]): string[] {
  try {
    return options.flatMap(splitCommand);
  } catch (error) {
    const why = reasonOf(error);
    throw new JobFailure('Configuration', `the options of QEMU: ${why}`);
  }
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
