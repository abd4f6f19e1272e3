/** Starts a simulated master: its state, its REST and XML-RPC interfaces, and the faults it was asked to show. */
import { randomBytes } from 'node:crypto';
import { createInjector, type Injector } from './faults/injector.js';
import type { Fault } from './faults/fault.js';
import { createHealthCheckRunner, type HealthChecks } from './health-checks.js';
import { answerControl } from './http/control.js';
import { exchange } from './http/exchange.js';
import { createServer } from './http/server.js';
import { newJournal, type Write } from './journal.js';
import type { Master } from './master.js';
import { releaseOf } from './release.js';
import { copyState } from './state/json.js';
import { installedState } from './state/installed.js';
import type { MasterState } from './state/rows.js';

export interface SimulatedMasterOptions {
  /** A LAVA release from 2020.05 to 2026.07. */
  readonly release: string;
  /** Default: loopback. */
  readonly host?: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Default: a master as it is after its installation. It is taken over, and changed in place. */
  readonly state?: MasterState;
  /** Templates of the package, by file name. None of LAVA's are shipped. */
  readonly packagedTemplates?: ReadonlyMap<string, string>;
  readonly faults?: readonly Fault[];
  /** Of the faults that strike by chance. */
  readonly seed?: number;
  /** Default: none. */
  readonly healthChecks?: HealthChecks;
  /** Called before each write, with its number from 1 and the object. */
  readonly beforeWrite?: (number: number, object: string) => void | Promise<void>;
  /** Called after each request that wrote, before it is answered, and after each health check. */
  readonly onChange?: (state: MasterState) => void;
}

/** A running simulated master. */
export interface SimulatedMaster {
  readonly url: string;
  /** A superuser's. */
  readonly token: string;
  readonly user: string;
  /** What it holds now; changes to it are changes of the master, as an administrator makes them on the machine. */
  readonly state: MasterState;
  /** The writes that reached it, in order. */
  history(): readonly Write[];
  /** Requests that reached it, lost ones too. */
  requests(): number;
  /** From now on these; counting and chance begin anew, and credentials are taken again. */
  setFaults(faults: readonly Fault[], seed?: number): void;
  stop(): Promise<void>;
}

/** Starts a LAVA double that behaves like a release. @throws UsageError for a release that is none */
export async function startSimulatedMaster(options: SimulatedMasterOptions): Promise<SimulatedMaster> {
  const release = releaseOf(options.release);
  const state = options.state ?? installedState(release, randomBytes(32).toString('hex'));
  const master: Master = {
    release,
    state,
    packaged: options.packagedTemplates ?? new Map(),
    journal: newJournal(),
    before: null,
    access: { areTokensValid: true },
  };
  let injector: Injector;
  const setFaults = (faults: readonly Fault[], seed = options.seed ?? 1): void => {
    injector = createInjector(faults, seed);
    const needsBefore = faults.some(({ kind }) => kind === 'stale');
    master.before = needsBefore ? (master.before ?? copyState(state)) : null;
    master.access.areTokensValid = true;
  };
  setFaults(options.faults ?? []);
  let announced = 0;
  const { beforeWrite } = options;
  const onChange = (): void => options.onChange?.(state);
  const checks = createHealthCheckRunner(
    master,
    options.healthChecks ?? { result: 'none', durationMs: 0 },
    onChange,
  );
  checks.look();
  const hook =
    beforeWrite === undefined
      ? {}
      : {
          beforeWrite: (object: string) => {
            announced += 1;
            return beforeWrite(announced, object);
          },
        };
  const server = createServer(async (request) => {
    const control = answerControl(master, request, setFaults);
    if (control !== null) return { delayMs: 0, answer: control, carried: 'whole', downMs: null };
    const before = master.journal.writes.length;
    const reply = await exchange(master, request, { injector, ...hook });
    if (master.journal.writes.length > before) {
      checks.look();
      onChange();
    }
    return reply;
  });
  const url = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  const { secret, user } = ownToken(state);
  return {
    url,
    token: secret,
    user,
    state,
    history: () => master.journal.writes,
    requests: () => master.journal.requests,
    setFaults,
    async stop() {
      checks.stop();
      await server.close();
    },
  };
}

function ownToken(state: MasterState): MasterState['tokens'][number] {
  const superusers = new Set(
    [...state.users.values()].filter((row) => row.isSuperuser).map((row) => row.name),
  );
  const token = state.tokens.find((row) => superusers.has(row.user));
  if (token === undefined) throw new Error('the state has no token of a superuser');
  return token;
}
