/** Starts a simulated master: its state, its REST and XML-RPC interfaces, and the requested faults. */
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
  /** A LAVA release from 2020.05 to 2026.10. */
  readonly release: string;
  /** Default: loopback. */
  readonly host?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** Default: a master right after its installation. The state is changed in place. */
  readonly state?: MasterState;
  /** Packaged templates by file name. lavaflow ships none of LAVA's. */
  readonly packagedTemplates?: ReadonlyMap<string, string>;
  readonly faults?: readonly Fault[];
  /** Seed of faults that occur at random. */
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
  /** The token of a superuser. */
  readonly token: string;
  readonly user: string;
  /** Its current state. Changing it changes the master, as an administrator would on the machine. */
  readonly state: MasterState;
  /** The writes that reached it, in order. */
  history(): readonly Write[];
  /** Requests that reached it, including lost ones. */
  requests(): number;
  /** Replaces the faults. Counters and randomness restart, and credentials are accepted again. */
  setFaults(faults: readonly Fault[], seed?: number): void;
  stop(): Promise<void>;
}

/**
 * Starts a LAVA double that imitates a release.
 * @throws UsageError for an unknown release
 */
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
