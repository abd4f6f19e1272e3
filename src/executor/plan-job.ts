import { bootActions, checkBoot, type BootContext } from './boot/boot.js';
import { checkImageArguments } from './boot/qemu.js';
import { commandsNamed, userCommand } from './boot/power.js';
import { checkImages, deployImages } from './deploy/images.js';
import { finalize } from './finalize.js';
import { variablesWithLineBreaks } from './qemu/job-context.js';
import type { RunnableBlock, RunnableDeploy, RunnableJob } from './supported/runnable-job.js';
import type { DeviceConfiguration, WorkerSettings } from '../job/index.js';
import type { PlannedAction } from './pipeline/action.js';
import { planJob, type BlockActions } from './pipeline/plan.js';
import { interactiveTest } from './test-action/interactive.js';
import { monitorTest } from './test-action/monitor.js';
import { shellTest } from './test-action/shell.js';

/** Plans all actions of a job. The finalize block is the last. */
export function planActions(
  job: RunnableJob,
  device: DeviceConfiguration,
  settings: WorkerSettings,
  workDirectory: string,
): readonly PlannedAction[] {
  const blocks = job.blocks.map((block, index): BlockActions => ({
    section: block.kind,
    common: block,
    action: actionOf(block, index),
  }));
  return planJob(
    [...blocks, { section: 'finalize', common: undefined, action: finalize(device) }],
    job.timeouts,
    device,
  );

  function actionOf(block: RunnableBlock, index: number) {
    switch (block.kind) {
      case 'deploy':
        return deployImages(block, workDirectory, index);
      case 'boot':
        return bootActions(block, contextOf(job, device, settings, block.namespace));
      case 'command':
        return userCommand(block.commandName, device);
      case 'test': {
        const { test, connectionNamespace } = block;
        const stage = countShellTests(job.blocks.slice(0, index), block.namespace);
        if (test.how === 'interactive') return interactiveTest(test.scripts, stage, connectionNamespace);
        if (test.how === 'monitors') return monitorTest(test.monitors, connectionNamespace);
        const prompts = promptsBefore(job.blocks.slice(0, index), connectionNamespace);
        return shellTest({ definitions: test.definitions, stage, connectionNamespace, prompts });
      }
    }
  }
}

/** Checks for everything that prevents this job on this device and this worker. */
export async function checkJob(
  job: RunnableJob,
  device: DeviceConfiguration,
  settings: WorkerSettings,
  signal: AbortSignal,
): Promise<string[]> {
  const problems = variablesWithLineBreaks(job.context).map(
    (name) => `context.${name}: contains a line break`,
  );
  for (const [index, block] of job.blocks.entries()) {
    const path = `actions[${index}].${block.kind}`;
    if (block.kind === 'deploy') {
      if (!device.hasDeployMethod('image'))
        problems.push(`${path}.to: the device has no deploy method for images`);
      problems.push(...(await checkImages(block, path, settings, signal)));
      problems.push(...checkArguments(job, block, path, settings));
    } else if (block.kind === 'boot') {
      problems.push(...checkBoot(block, path, contextOf(job, device, settings, block.namespace)));
    } else if (block.kind === 'command') {
      if (commandsNamed(block.commandName, device) === undefined) {
        problems.push(`${path}.name: the device has no command '${block.commandName}'`);
      }
    } else if (block.test.how === 'definitions') {
      if (promptsBefore(job.blocks.slice(0, index), block.connectionNamespace).length === 0) {
        problems.push(`${path}: a boot with prompts must come first`);
      }
      const names = block.test.definitions.map((definition) => definition.name);
      if (new Set(names).size < names.length)
        problems.push(`${path}.definitions: two definitions have the same name`);
    }
  }
  return problems;
}

/** Checks what a job adds to the command line of QEMU. */
function checkArguments(
  job: RunnableJob,
  block: RunnableDeploy,
  path: string,
  settings: WorkerSettings,
): string[] {
  const labels = job.blocks.flatMap((one) =>
    one.kind === 'deploy' && one.namespace === block.namespace ? one.images.map(({ label }) => label) : [],
  );
  return block.images.flatMap(({ label, imageArg }) =>
    checkImageArguments(imageArg ?? '', new Set(labels), settings).map(
      (problem) => `${path}.images.${label}.image_arg: ${problem}`,
    ),
  );
}

function contextOf(
  job: RunnableJob,
  device: DeviceConfiguration,
  settings: WorkerSettings,
  namespace: string,
): BootContext {
  const needsShell = job.blocks.some(
    (block) =>
      block.kind === 'test' &&
      block.test.how === 'definitions' &&
      (block.namespace === namespace || block.connectionNamespace === namespace),
  );
  return { device, architecture: job.architecture, variables: job.context, settings, needsShell };
}

function countShellTests(blocks: readonly RunnableBlock[], namespace: string): number {
  return blocks.filter(
    (block) => block.kind === 'test' && block.namespace === namespace && block.test.how === 'definitions',
  ).length;
}

function promptsBefore(blocks: readonly RunnableBlock[], namespace: string): readonly string[] {
  const boot = blocks.findLast((block) => block.kind === 'boot' && block.namespace === namespace);
  return boot?.kind === 'boot' ? (boot.prompts ?? []) : [];
}
