import { parseYaml } from '../pyyaml/index.js';
import type { Master } from './master.js';
import { healthCheckOf, readText } from './state/files.js';
import { renderedText } from './state/render.js';
import { type DeviceRow, nextNumber } from './state/rows.js';

/** The result of health checks on a simulated master; `none` means that none run, as on a master without workers. */
export interface HealthChecks {
  readonly result: 'pass' | 'fail' | 'none' | ((device: string) => 'pass' | 'fail');
  /** The duration of a health check. */
  readonly durationMs: number;
}

export interface HealthCheckRunner {
  /** Starts the health checks that are due. Call it whenever something may have changed. */
  look(): void;
  stop(): void;
}

/**
 * Runs health checks as LAVA's scheduler does, but without boards: on a device that is Idle and Unknown (or Looping), whose
 * worker is Active and whose type has health checks.
 *
 * Idle -> Running (a job) -> Idle, and Good or Bad according to the result. A device with an unusable configuration is Bad
 * at once, without a job. A device without a health check stays unchanged. A health that somebody sets meanwhile
 * (Maintenance, Retired) stays.
 * @param onChange called after each change that no request made
 */
export function createHealthCheckRunner(
  master: Master,
  checks: HealthChecks,
  onChange: () => void,
): HealthCheckRunner {
  const timers = new Set<NodeJS.Timeout>();
  const runner: HealthCheckRunner = {
    look() {
      if (checks.result === 'none') return;
      for (const row of master.state.devices.values()) if (isDue(master, row)) begin(row);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };

  function begin(row: DeviceRow): void {
    if (healthCheckOf(master, row.hostname) === null) return;
    if (!hasConfiguration(master, row)) {
      row.health = 'Bad';
      onChange();
      return;
    }
    const id = nextNumber(master.state);
    row.state = 'Running';
    master.state.jobs.set(id, {
      device: row.hostname,
      deviceType: row.deviceType,
      description: 'health check',
      startTime: new Date().toISOString(),
      endTime: null,
      health: 'Unknown',
    });
    const timer = setTimeout(() => {
      timers.delete(timer);
      end(row.hostname, id);
      onChange();
      runner.look();
    }, checks.durationMs);
    timers.add(timer);
  }

  function end(hostname: string, id: number): void {
    const row = master.state.devices.get(hostname);
    const job = master.state.jobs.get(id);
    // The device was deleted together with its job.
    if (row === undefined || job === undefined) return;
    const { result } = checks;
    const passes = (typeof result === 'function' ? result(hostname) : result) === 'pass';
    job.health = passes ? 'Complete' : 'Incomplete';
    job.endTime = new Date().toISOString();
    row.state = 'Idle';
    row.lastHealthCheck = id;
    const isJudged = row.health === 'Good' || row.health === 'Unknown' || row.health === 'Bad';
    if (isJudged) row.health = passes ? 'Good' : 'Bad';
  }

  return runner;
}

function isDue(master: Master, row: DeviceRow): boolean {
  if (row.state !== 'Idle' || row.health !== 'Unknown') return false;
  const type = master.state.deviceTypes.get(row.deviceType);
  const worker = master.state.workers.get(row.worker ?? '');
  return type?.display === true && !type.disableHealthCheck && worker?.health === 'Active';
}

function hasConfiguration(master: Master, row: DeviceRow): boolean {
  const text = renderedText(master, readText(master, 'device', row.hostname), row, null);
  if (text === null) return false;
  const parsed = parseYaml(text);
  return parsed.ok;
}
