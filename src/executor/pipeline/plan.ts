import type { BlockCommon, DeviceConfiguration, Timeouts } from '../../job/index.js';
import type { Action, PlannedAction, Section } from './action.js';

/** LAVA's default for an action and for a connection (ACTION_TIMEOUT, 2023.01). */
const defaultTimeoutMs = 30_000;

/** A block of the job with its actions. `common` is missing for the finalize block, which is not part of the definition. */
export interface BlockActions {
  readonly section: Section;
  readonly common: BlockCommon | undefined;
  readonly action: Action;
}

/**
 * Determines the level, the timeouts and the number of tries of every action. For timeouts, the last of these that is set
 * applies, as in LAVA 2023.01: the default for all actions (device, then job), the timeout for this action's name (device,
 * then job), the block's own timeout, the block's timeout for this action's name.
 */
export function planJob(
  blocks: readonly BlockActions[],
  job: Timeouts,
  device: DeviceConfiguration,
): readonly PlannedAction[] {
  const layers = [device.timeouts, job];
  return blocks.map((block, index) => planAction(block.action, String(index + 1), block));

  function planAction(action: Action, level: string, block: BlockActions): PlannedAction {
    const { common, section } = block;
    const timeoutMs =
      common?.timeoutsMs.get(action.name) ??
      common?.timeoutMs ??
      last(layers.map((layer) => layer.actionsMs.get(action.name))) ??
      last(layers.map((layer) => layer.actionMs)) ??
      action.defaultTimeoutMs ??
      defaultTimeoutMs;
    const connectionTimeoutMs =
      last(layers.map((layer) => layer.connectionsMs.get(action.name))) ??
      last(layers.map((layer) => layer.connectionMs)) ??
      common?.connectionTimeoutMs ??
      defaultTimeoutMs;
    const delay = device.characterDelaysMs[section];
    return {
      action,
      level,
      section,
      namespace: common?.namespace ?? 'common',
      timeoutMs,
      connectionTimeoutMs,
      maxTries: triesOf(action, block),
      isRepeated: common?.repeat !== undefined,
      retryIntervalMs: common?.failureRetryIntervalMs ?? 1000,
      characterDelayMs: typeof delay === 'number' ? delay : 0,
      canSkip: common?.canSkip ?? false,
      steps: (action.steps ?? []).map((step, index) => planAction(step, `${level}.${index + 1}`, block)),
    };
  }

  function triesOf(action: Action, { common, section }: BlockActions): number {
    if (action.retries === undefined) return 1;
    const ofDevice =
      (section === 'boot' ? toCount(device.constant('boot_retry')) : undefined) ??
      toCount(device.constant('failure_retry'));
    return common?.repeat ?? common?.failureRetry ?? ofDevice ?? action.retries.maxTries;
  }
}

function last(values: readonly (number | undefined)[]): number | undefined {
  return values.findLast((value) => value !== undefined);
}

function toCount(value: unknown): number | undefined {
  const count = Number(value);
  return value !== null && Number.isSafeInteger(count) && count > 0 ? count : undefined;
}
