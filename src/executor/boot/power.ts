import { runCommand } from '../console/run-command.js';
import { JobFailure } from '../failure.js';
import type { BootBlock, DeviceConfiguration } from '../../job/index.js';
import type { Action, ActionRun } from '../pipeline/action.js';
import { compilePattern } from '../pattern.js';
import { devicePatterns } from './patterns.js';
import { sessionOf } from './session-of.js';
import type { JobContext } from '../pipeline/context.js';
import type { Scope } from '../pipeline/scope.js';
import { textConstant } from '../device-constant.js';

/** The default if neither the job nor the device specifies how to reboot. */
const rebootCommands = ['reboot', 'reboot -n', 'reboot -nf'];

/** Power-cycles the device, or reboots it from its shell if its power cannot be switched. */
export function resetDevice(block: BootBlock, device: DeviceConfiguration): Action {
  const hardReset = device.command('hard_reset');
  return {
    name: 'reset-device',
    summary: 'reboot or power-cycle the device',
    steps: [hardReset === undefined ? softReboot(block, device) : powerCycle(hardReset)],
  };
}

export function prePower(device: DeviceConfiguration): Action {
  return deviceCommand('pre-power-command', device.command('pre_power_command'));
}

export function preOs(device: DeviceConfiguration): Action {
  return deviceCommand('pre-os-command', device.command('pre_os_command'));
}

/** Runs at the end of every job that has started, whatever its result. */
export function powerOff(device: DeviceConfiguration): Action {
  return {
    name: 'power-off',
    summary: 'cut the power of the device',
    timeoutType: 'Infrastructure',
    run: async (run) => {
      if (!device.hasCommands) return;
      await runAll(run, device.command('power_off') ?? []);
      run.report({ status: 'success' });
    },
  };
}

function powerCycle(commands: readonly string[]): Action {
  return {
    name: 'pdu-reboot',
    summary: 'power-cycle the device',
    timeoutType: 'Infrastructure',
    run: async (run) => {
      await runAll(run, commands);
      run.report({ status: 'success' });
    },
  };
}

function softReboot(block: BootBlock, device: DeviceConfiguration): Action {
  return {
    name: 'send-reboot-commands',
    summary: 'reboot from the shell',
    run: async (run) => {
      const commands = block.softReboot ?? device.command('soft_reboot') ?? rebootCommands;
      const shutdown =
        block.shutdownMessage === undefined
          ? devicePatterns([textConstant(device, 'shutdown-message')], 'the message')
          : [compilePattern(block.shutdownMessage)];
      const session = sessionOf(run.data);
      for (const command of commands) await session.sendLine(command, 0, run.scope);
      await session.expect(shutdown, { scope: run.scope });
      run.report({ commands });
    },
  };
}

function deviceCommand(name: string, commands: readonly string[] | undefined): Action {
  return {
    name,
    summary: `run the device's ${name}`,
    timeoutType: 'Infrastructure',
    run: async (run) => {
      await runAll(run, commands ?? []);
      run.report({ success: name });
    },
  };
}

async function runAll(run: ActionRun, commands: readonly string[]): Promise<void> {
  const { scope, planned } = run;
  for (const command of commands) {
    await runCommand(command, planned.action.name, { log: run.job.log, scope, blame: 'Infrastructure' });
  }
}

/** `command`: runs one of the device's own commands, by name. */
export function userCommand(name: string, device: DeviceConfiguration): Action {
  const hasUndo = device.userCommand(name)?.undo !== undefined && !builtIn.includes(name);
  let hasRun = false;
  return {
    name: 'user-command',
    summary: 'run a command of the device',
    timeoutType: 'Infrastructure',
    run: async (run) => {
      const commands = commandsNamed(name, device);
      if (commands === undefined) throw new JobFailure('Job', `the device has no command '${name}'`);
      // First, because a command that is interrupted may have had an effect.
      if (hasUndo) run.job.undoList.add(name);
      hasRun = true;
      await runAll(run, commands);
    },
    cleanup: async ({ job, scope }) => {
      if (hasRun && hasUndo) await undoCommand(name, job, scope);
    },
  };
}

/**
 * Undoes one of the device's own commands.
 * @throws JobFailure (Infrastructure) when that fails
 */
export async function undoCommand(name: string, job: JobContext, scope: Scope): Promise<void> {
  const undo = job.device.userCommand(name)?.undo;
  if (undo !== undefined) {
    await runCommand(undo, `undo ${name}`, { log: job.log, scope, blame: 'Infrastructure' });
  }
  job.undoList.remove(name);
}

const builtIn = [
  'pre_power_command',
  'pre_os_command',
  'hard_reset',
  'power_on',
  'power_off',
  'recovery_mode',
  'recovery_exit',
];

/** The commands for a name that a job may use; undefined if the device does not have it. */
export function commandsNamed(name: string, device: DeviceConfiguration): readonly string[] | undefined {
  if (builtIn.includes(name)) return device.command(name);
  const user = device.userCommand(name);
  return user === undefined ? undefined : [user.run];
}
