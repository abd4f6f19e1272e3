import { checkDatabase, checkStored } from './durable.js';
import { disturb } from './disturb.js';
import { drain, stopAll } from './finish.js';
import { SoakLab } from './lab.js';
import { Ledger } from './ledger.js';
import { Load } from './load.js';
import { MasterClient } from './master.js';
import { Monitor } from './monitor.js';
import { wait } from './part.js';
import { boards, describe, planSteps, type DisturbanceKind } from './plan.js';
import { processesOf } from './processes.js';
import { formatReport, type StepResult } from './report.js';
import { settle, settleMs } from './settle.js';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly kinds: readonly DisturbanceKind[];
  readonly records: 'file' | 'git';
  /** Keep the directory of the lab, also if nothing was found. */
  readonly keep: boolean;
  /** Aborted when the run is to end after the current step. */
  readonly interrupted: AbortSignal;
}

/** Runs a lab under load and disturbs it. @returns the violations */
export async function soak(options: SoakOptions, say: (text: string) => void): Promise<readonly string[]> {
  const { minutes, seed, records } = options;
  const began = performance.now();
  const lab = new SoakLab({ records });
  for (const missing of lab.missing) say(missing);
  say(`lab: ${lab.root}, records: ${records}`);
  let place = 'start';
  const where = () => place;
  const ledger = new Ledger(say);
  const master = new MasterClient(
    () => lab.url,
    () => lab.token(),
  );
  const load = new Load(master, ledger, seed, where);
  const monitor = new Monitor(lab, master, ledger, where);
  const report = (sentence: string) => {
    ledger.report([sentence], place);
  };
  const results: StepResult[] = [];
  try {
    await lab.start();
    const why = await settle(lab, master);
    if (why !== null) throw new Error(`the lab does not start: ${why}`);
    say(`started after ${seconds(began)} s`);
    monitor.start();
    load.start();
    for (const step of planSteps(seed, options.kinds)) {
      const isOver = performance.now() - began > minutes * 60_000 || options.interrupted.aborted;
      if (isOver || ledger.violations.length > 0) break;
      place = `step ${step.number}`;
      await wait(step.pauseMs);
      say(`${seconds(began)} s, step ${step.number}: ${step.disturbances.map(describe).join(' | ')}`);
      const done = await Promise.all(
        step.disturbances.map((one) => disturb({ lab, master, ledger, load, report }, one)),
      );
      const disturbedAt = performance.now();
      const late = await settle(lab, master);
      if (late !== null) report(`the lab has not recovered within ${settleMs / 1000} s: ${late}`);
      else ledger.report(await monitor.alone(() => checkStored(lab, master, ledger, monitor)), place);
      await repairBoards(master);
      const recoveryMs = performance.now() - disturbedAt;
      results.push({ step, recoveryMs });
      const notes = done.filter((note) => note !== '').join(', ');
      say(
        `  recovered after ${(recoveryMs / 1000).toFixed(1)} s${notes === '' ? '' : ` (${notes})`}; jobs: ${ledger.acknowledged.size}, ended: ${ledger.ended.size}`,
      );
    }
    place = 'end';
    await load.stop();
    ledger.report(await drain(master, ledger, monitor), place);
    await monitor.stop();
    ledger.report(await checkStored(lab, master, ledger, monitor), place);
    ledger.report(await stopAll(lab), place);
    ledger.report(checkDatabase(lab.database), place);
  } catch (error) {
    report(`the run failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    await Promise.allSettled([monitor.stop(), ...lab.parts.map((part) => part.end('SIGKILL'))]);
    for (const { pid } of processesOf(lab.mark)) process.kill(pid, 'SIGKILL');
  }
  const jobs = [...ledger.ended.values()].map(({ id, health, isHealthCheck }) => ({
    kind: isHealthCheck ? 'health-check' : (ledger.acknowledged.get(id)?.kind ?? 'unanswered'),
    health,
  }));
  const figures = {
    seconds: (performance.now() - began) / 1000,
    requests: master.requests,
    unanswered: load.unanswered,
    lines: monitor.lines,
    looks: monitor.looks,
    jobs,
    ownEnds: lab.parts.flatMap(({ name, ownEnds }) => ownEnds.map((how) => ({ part: name, how }))),
  };
  for (const line of formatReport(results, figures)) say(line);
  const isKept = options.keep || ledger.violations.length > 0;
  if (isKept)
    say(
      `kept: ${lab.root} (with mounts; remove it with umount --lazy ${lab.root}/disk-* ${lab.root}/lab/.lavaflow)`,
    );
  lab.remove(isKept);
  return ledger.violations;
}

/** A board that is Bad for a reason is repaired, as a person would do it. */
async function repairBoards(master: MasterClient): Promise<void> {
  const names = boards.map(({ name }) => name);
  for (const { name, health } of await master.devices())
    if (health === 'Bad' && names.includes(name)) await master.setHealth(name, 'Unknown');
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}
