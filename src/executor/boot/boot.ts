import type { BootBlock, DeviceConfiguration, WorkerSettings } from '../../job/index.js';
import { asMapping } from '../../pyyaml/index.js';
import type { Action } from '../pipeline/action.js';
import { bootCommands, bootloaderCommands, bootloaderInterrupt, bootloaderOverlay } from './bootloader.js';
import { connectDevice } from './connect.js';
import { autoLogin } from './login.js';
import { preOs, prePower, resetDevice } from './power.js';
import { checkQemu, executeQemu } from './qemu.js';
import { exportEnvironment, expectShell } from './shell.js';

/** What a boot depends on besides its own block. */
export interface BootContext {
  readonly device: DeviceConfiguration;
  readonly architecture: string | undefined;
  /** The job's context. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly settings: WorkerSettings;
  /** A test in this namespace requires a shell. */
  readonly needsShell: boolean;
}

/** The actions of a boot. */
export function bootActions(block: BootBlock, context: BootContext): Action {
  const { device } = context;
  const { method } = block;
  switch (method.name) {
    case 'qemu':
      return {
        name: 'boot-image-retry',
        summary: 'boot in QEMU',
        retries: { maxTries: 1 },
        steps: [executeQemu(context), ...login(block, context)],
      };
    case 'minimal':
      return {
        name: 'minimal-boot',
        summary: 'connect and reset the device',
        retries: { maxTries: 1 },
        steps: [
          connectDevice(device),
          ...(method.hasPrePower ? [prePower(device)] : []),
          ...(method.hasPreOs ? [preOs(device)] : []),
          ...(method.isReset ? [resetDevice(block, device)] : []),
          ...login(block, context),
        ],
      };
    case 'u-boot': {
      const commands = bootCommands(method.commands, device.bootMethod('u-boot') ?? {}) ?? [];
      return {
        name: 'uboot-action',
        summary: 'boot with U-Boot',
        retries: { maxTries: 1 },
        steps: [
          bootloaderOverlay(commands),
          connectDevice(device),
          {
            name: 'uboot-commands',
            summary: 'reset, interrupt, boot',
            steps: [
              resetDevice(block, device),
              bootloaderInterrupt('u-boot', device),
              bootloaderCommands('u-boot', device),
              ...login(block, context),
            ],
          },
        ],
      };
    }
  }
}

function login(block: BootBlock, { device, needsShell }: BootContext): Action[] {
  const { prompts } = block;
  if (prompts === undefined) return [];
  const shell = needsShell ? [expectShell(prompts), exportEnvironment(prompts)] : [];
  return [autoLogin(block, prompts, device), ...shell];
}

/** Checks for everything that prevents this boot on this device. */
export function checkBoot(block: BootBlock, path: string, context: BootContext): string[] {
  const { device } = context;
  const { method } = block;
  const parameters = device.bootMethod(method.name);
  if (parameters === undefined) return [`${path}.method: the device has no boot method '${method.name}'`];
  const problems: string[] = [];
  if (method.name === 'qemu') {
    problems.push(...checkQemu(context));
  } else {
    if (device.connectCommand === undefined) problems.push('the device has no connection command');
    if (!device.hasSerial) problems.push('the device has no serial connection for booting');
  }
  if (method.name === 'u-boot') {
    if (typeof asMapping(parameters['parameters'])?.['bootloader_prompt'] !== 'string') {
      problems.push(`${path}: the device does not specify the U-Boot prompt`);
    }
    if (bootCommands(method.commands, parameters) === undefined) {
      problems.push(`${path}.commands: the device has no U-Boot commands named '${String(method.commands)}'`);
    }
  }
  if (context.needsShell && block.prompts === undefined) {
    problems.push(`${path}.prompts: is missing, but a test requires a shell`);
  }
  return problems;
}
