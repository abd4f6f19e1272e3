/**
 * Which dispatcher acts as a worker. A worker's name and key can exist twice: on a second machine, or on a copy of the
 * first. So a dispatcher identifies itself to the master:
 * - `instance`: its state directory, and with it the jobs that it has. Stored there, so it survives restarts;
 * - `run`: the process, so that a restart can be told from a reconnect, and a copy of the directory from the original.
 */
export interface AgentIdentity {
  readonly instance: string;
  readonly run: string;
}

const pattern = /^([0-9a-f]{32}) ([0-9a-f]{32})$/;

export function encodeAgent({ instance, run }: AgentIdentity): string {
  return `${instance} ${run}`;
}

/** Returns null if the text does not identify an agent. */
export function decodeAgent(text: string): AgentIdentity | null {
  const [, instance, run] = pattern.exec(text) ?? [];
  return instance === undefined || run === undefined ? null : { instance, run };
}

/** Whether two agents are the same process. A stock worker cannot be recognized. */
export function isSameRun(a: AgentIdentity | null, b: AgentIdentity | null): boolean {
  return a !== null && b !== null && a.instance === b.instance && a.run === b.run;
}
