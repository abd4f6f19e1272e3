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
    const master = withChanges(before, changes, this.#at());
    this.#replace({ ...this.#status, masters: { ...this.#status.masters, [name]: master } });
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
