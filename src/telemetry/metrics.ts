import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { expectsConfirmation, labStates, masterStates, type ControllerStatus } from '../controller/index.js';

const severities = ['error', 'warning', 'note'] as const;

/** A status as metrics, in the text format of Prometheus (docs/controller.md). */
export interface Metrics {
  /** Of the text. */
  readonly contentType: string;
  /** @param status as it is when it is asked for */
  text(status: ControllerStatus): Promise<string>;
}

/** A master that left the lab leaves the metrics. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name: `lavaflow_${name}`, help, labelNames, registers: [registry] });
  const lab = gauge('lab_state', '1 for the state of the lab, 0 for the others.', ['state']);
  const findings = gauge('lab_findings', 'Findings of the revision that was read last.', ['severity']);
  const state = gauge('master_state', '1 for the state of the master, 0 for the others.', [
    'master',
    'state',
  ]);
  const since = gauge('master_state_since_seconds', 'When this state began (Unix time).', ['master']);
  const applied = gauge(
    'master_applied_seconds',
    'When it was last confirmed that a revision is applied (Unix time).',
    ['master'],
  );
  const isCurrent = gauge(
    'master_is_current',
    '1 if the revision of the lab that was read last is applied.',
    ['master'],
  );
  const unconfirmed = gauge(
    'master_unconfirmed_since_seconds',
    'When the first comparison since the last confirmation began (Unix time).',
    ['master'],
  );
  const drift = gauge('master_drift_objects', 'Objects that were changed on the master.', ['master']);
  const driftSince = gauge(
    'master_drift_since_seconds',
    'When the oldest drift was first seen (Unix time).',
    ['master'],
  );
  const problems = gauge('master_problems', 'What the last run could not or must not do.', ['master']);
  const waiting = gauge(
    'master_waiting_objects',
    'Objects whose changes maintenance windows do not allow now.',
    ['master'],
  );
  const suspended = gauge(
    'master_suspended_until_seconds',
    'Until when the master is suspended (Unix time).',
    ['master'],
  );
  const all = [
    lab,
    findings,
    state,
    since,
    applied,
    isCurrent,
    unconfirmed,
    drift,
    driftSince,
    problems,
    waiting,
    suspended,
  ];

  return {
    contentType: registry.contentType,
    async text(status) {
      for (const one of all) one.reset();
      for (const name of labStates) lab.set({ state: name }, Number(name === status.state));
      for (const severity of severities) {
        findings.set({ severity }, status.findings.filter((finding) => finding.severity === severity).length);
      }
      for (const [master, one] of Object.entries(status.masters)) {
        for (const name of masterStates) state.set({ master, state: name }, Number(name === one.state));
        since.set({ master }, secondsOf(one.since));
        const revision = one.lastApplied?.revision;
        isCurrent.set({ master }, Number(revision !== undefined && revision === status.revision));
        if (one.lastApplied !== null) applied.set({ master }, secondsOf(one.lastApplied.at));
        if (one.unconfirmedSince !== null && expectsConfirmation(one)) {
          unconfirmed.set({ master }, secondsOf(one.unconfirmedSince));
        }
        drift.set({ master }, one.drift.length);
        const [oldest] = Object.values(one.driftSince).sort();
        if (oldest !== undefined) driftSince.set({ master }, secondsOf(oldest));
        problems.set({ master }, one.problems.length);
        waiting.set({ master }, one.waiting.length);
        if (one.suspension !== null) suspended.set({ master }, secondsOf(one.suspension.until));
      }
      return registry.metrics();
    },
  };
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
