import {
  firstMasterStatus,
  withChanges,
  type ControllerStatus,
  type LabState,
  type MasterStatus,
  type StatusError,
} from './status.js';

interface LabChanges {
  readonly state?: LabState;
  readonly revision?: string | null;
  readonly findings?: ControllerStatus['findings'];
  readonly error?: StatusError | null;
}

/** The single place that stores the status; every change is published as a complete, immutable value. */
export class StatusBoard {
  #status: ControllerStatus;

  readonly #now: () => Date;
  readonly #publish: (status: ControllerStatus) => void;

  constructor(repository: string, now: () => Date, publish: (status: ControllerStatus) => void) {
    this.#now = now;
    this.#publish = publish;
    const since = this.#at();
    this.#status = {
      repository,
      state: 'reading',
      since,
      revision: null,
      findings: [],
      error: null,
      schedule: { lastAt: since, nextAt: null },
      masters: {},
    };
  }

  current(): ControllerStatus {
    return this.#status;
  }

  setLab(changes: LabChanges): void {
    this.#replace(withChanges(this.#status, changes, this.#at()));
  }

  setMaster(name: string, changes: Partial<Omit<MasterStatus, 'since'>>): void {
    const before = this.#status.masters[name] ?? firstMasterStatus(this.#at());
    const confirmed = changes.lastApplied == null ? {} : { unconfirmedSince: null };
    const master = withChanges(before, { ...changes, ...confirmed }, this.#at());
    this.#replace({ ...this.#status, masters: { ...this.#status.masters, [name]: master } });
  }

  /** Everything is being compared now. @param next when the schedule has it compared again; null: never */
  setSchedule(next: Date | null): void {
    const at = this.#at();
    const masters = Object.entries(this.#status.masters).map(([name, master]) => [
      name,
      { ...master, unconfirmedSince: master.unconfirmedSince ?? at },
    ]);
    this.#replace({
      ...this.#status,
      schedule: { lastAt: at, nextAt: next?.toISOString() ?? null },
      masters: Object.fromEntries(masters) as ControllerStatus['masters'],
    });
  }

  removeMaster(name: string): void {
    const masters = Object.entries(this.#status.masters).filter(([other]) => other !== name);
    this.#replace({ ...this.#status, masters: Object.fromEntries(masters) });
  }

  #replace(status: ControllerStatus): void {
    this.#status = status;
    this.#publish(status);
  }

  #at(): string {
    return this.#now().toISOString();
  }
}
