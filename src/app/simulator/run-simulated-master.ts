import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { replaceFileSync } from '../../host/index.js';
import { startSimulatedMaster, stateToJson, type MasterState } from '../../simulator/index.js';
import type { RunningPart } from '../parts/index.js';
import { chooseBeginning, type BeginningOptions } from './beginning.js';
import { readFaultsFile, readTemplateDirectory } from './files.js';

export interface Simulation extends BeginningOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** Device-type templates of LAVA's package. */
  readonly packagedTemplates?: string | undefined;
  /** A file with faults (docs/simulated-master.md). */
  readonly faults?: string | undefined;
  /** How the health checks of its devices end. */
  readonly healthChecks: 'pass' | 'fail' | 'none';
  /** Of faults that happen at random. */
  readonly seed: number;
}

/** A board would take minutes; a rehearsal need not. */
const healthCheckMs = 500;

/**
 * Starts a simulated master in this process. With `state`, its state is stored in that file and its token next to it.
 * @param feedback.onRemark called with what the copy lacks or how its release was chosen, as one sentence without a full stop
 * @returns reports its URL, release, user and the file with its token
 * @throws UsageError
 * @throws ExternalError
 */
export async function runSimulatedMaster(
  simulation: Simulation,
  feedback: { onRemark(text: string): void },
): Promise<RunningPart> {
  const begun = await chooseBeginning(simulation, feedback);
  const { state: file } = simulation;
  const directory = file === undefined ? mkdtempSync(join(tmpdir(), 'lavaflow-simulated-')) : null;
  const tokenFile = directory === null ? `${file ?? ''}.token` : join(directory, 'token');
  const forget = (): void => {
    if (directory !== null) rmSync(directory, { recursive: true, force: true });
  };
  const save = (state: MasterState): void => {
    if (file !== undefined) replaceFileSync(file, stateToJson(state, begun.release));
  };
  const { faults, packagedTemplates } = simulation;
  try {
    const master = await startSimulatedMaster({
      release: begun.release,
      ...simulation.listen,
      seed: simulation.seed,
      onChange: save,
      healthChecks: { result: simulation.healthChecks, durationMs: healthCheckMs },
      ...(begun.state === null ? {} : { state: begun.state }),
      ...(faults === undefined ? {} : { faults: readFaultsFile(faults) }),
      ...(packagedTemplates === undefined
        ? {}
        : { packagedTemplates: readTemplateDirectory(packagedTemplates) }),
    });
    replaceFileSync(tokenFile, `${master.token}\n`);
    save(master.state);
    return {
      ready: { url: master.url, release: begun.release, user: master.user, tokenFile },
      async stop() {
        await master.stop();
        forget();
      },
    };
  } catch (error) {
    forget();
    throw error;
  }
}
