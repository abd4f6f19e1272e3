import { networkInterfaces } from 'node:os';
import { JobFailure } from '../failure.js';
import { asMapping } from '../../pyyaml/index.js';
import type { DeviceConfiguration } from '../../job/index.js';
import type { Action } from '../pipeline/action.js';
import type { JobContext } from '../pipeline/context.js';
import { devicePatterns, textList } from './patterns.js';
import { sessionOf } from './session-of.js';
import { textConstant } from '../device-constant.js';

/** LAVA's default timeout for the commands of a bootloader. */
const commandsTimeoutMs = 90_000;

/** The job's own list of commands, or the device's list of that name. Undefined if the device does not have it. */
export function bootCommands(
  commands: string | readonly string[],
  method: Readonly<Record<string, unknown>>,
): readonly string[] | undefined {
  if (typeof commands !== 'string') return commands;
  const named = Object.hasOwn(method, commands) ? asMapping(method[commands])?.['commands'] : undefined;
  return Array.isArray(named) ? named.map(String) : undefined;
}

/** Substitutes addresses in the boot commands. */
export function bootloaderOverlay(commands: readonly string[]): Action {
  return {
    name: 'bootloader-overlay',
    summary: 'substitute the values of this job in the boot commands',
    run: async ({ job, data }) => {
      data.substitutions = { '{SERVER_IP}': serverAddress(job) };
      data.bootCommands = fill(commands, data.substitutions);
      for (const command of data.bootCommands) job.log.info(`boot command: ${command}`);
      await Promise.resolve();
    },
  };
}

/** Stops the countdown of the bootloader. */
export function bootloaderInterrupt(name: string, device: DeviceConfiguration): Action {
  return {
    name: 'bootloader-interrupt',
    summary: 'interrupt the bootloader',
    timeoutType: 'Infrastructure',
    run: async ({ job, data, scope, planned }) => {
      const session = sessionOf(data);
      const parameters = parametersOf(name, device);
      if (parameters['needs_interrupt'] === false) {
        job.log.info('this bootloader does not require an interrupt');
        return;
      }
      const prompt = parameters['interrupt_prompt'] ?? textConstant(device, 'interrupt-prompt', name);
      await session.expect(devicePatterns(textList(prompt), 'the interrupt prompt'), { scope });
      const controls = textList(
        parameters['interrupt_ctrl_list'] ?? device.constant('interrupt_ctrl_list', name),
      );
      if (controls.length > 0) {
        for (const letter of controls) session.sendControl(letter);
        return;
      }
      const given = parameters['interrupt_char'];
      const characters =
        typeof given === 'string' ? given : textConstant(device, 'interrupt-character', name);
      if (device.constant('interrupt-newline', name) === false) {
        await session.send(characters, planned.characterDelayMs, scope);
      } else {
        await session.sendLine(characters, planned.characterDelayMs, scope);
      }
    },
  };
}

/** Types each boot command at a prompt. An error message of the bootloader ends the boot. */
export function bootloaderCommands(name: string, device: DeviceConfiguration): Action {
  return {
    name: 'bootloader-commands',
    summary: 'type the boot commands',
    timeoutType: 'Infrastructure',
    defaultTimeoutMs: commandsTimeoutMs,
    run: async ({ data, scope, planned }) => {
      const session = sessionOf(data);
      const prompt = devicePatterns(textList(parametersOf(name, device)['bootloader_prompt']), 'the prompt');
      const errors = devicePatterns(textList(device.constant('error-messages', name)), 'the message');
      const final = devicePatterns(textList(device.constant('final-message', name)), 'the message');
      await session.expect(prompt, { scope });
      for (const [index, command] of data.bootCommands.entries()) {
        await session.sendLine(command, planned.characterDelayMs, scope);
        const isLast = index === data.bootCommands.length - 1;
        if (isLast && final.length === 0) return;
        const found = await session.expect([...(isLast ? final : prompt), ...errors], { scope });
        if (found.index > 0) {
          const said = found.match.text.trim();
          throw new JobFailure(
            'Infrastructure',
            `the bootloader printed '${said}' in response to '${command}'`,
          );
        }
      }
    },
  };
}

function parametersOf(name: string, device: DeviceConfiguration): Readonly<Record<string, unknown>> {
  return asMapping(device.bootMethod(name)?.['parameters']) ?? {};
}

/** Substitutes values in commands. As in LAVA, omits a command that uses a value that this job does not have. */
function fill(commands: readonly string[], values: Readonly<Record<string, string>>): string[] {
  const known = commands.map((command) =>
    Object.entries(values).reduce((line, [key, value]) => line.replaceAll(key, value), command),
  );
  return known.filter((command) => !absent.some((key) => command.includes(key)));
}

/** Values that a tftp or media deployment would set. Such deployments are not supported. */
const absent = [
  '{KERNEL}',
  '{RAMDISK}',
  '{INITRD}',
  '{DTB}',
  '{TEE}',
  '{PRESEED_CONFIG}',
  '{PRESEED_LOCAL}',
  '{LAVA_MAC}',
  '{ROOT}',
  '{ROOT_PART}',
];

/** The address at which a board reaches the worker. */
export function serverAddress(job: JobContext): string {
  const given = job.dispatcher['dispatcher_ip'];
  if (typeof given === 'string') return given;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find((item) => item.family === 'IPv4' && !item.internal)?.address ?? '127.0.0.1';
}
