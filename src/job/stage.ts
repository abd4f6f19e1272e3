/**
 * What the executor and its watchdog agree on, in files of the job's directory (docs/jobs.md):
 * - `stage`: the executor's stage, when it began and how long it may last. It has a fixed size and is overwritten in place,
 *   so that a full disk does not prevent it;
 * - `reserve`: space on the disk that is released when the disk is full, so that the job's result can still be written.
 */
export const stageFile = 'stage';
export const reserveFile = 'reserve';

const stageNames = ['validating', 'running', 'finalizing'] as const;

export interface Stage {
  /** `running`: the board is in use. `finalizing`: it is being powered off. */
  readonly name: (typeof stageNames)[number];
  /** When it began: milliseconds since the machine booted. */
  readonly sinceMs: number;
  /** The executor itself ends the stage after this time. */
  readonly limitMs: number;
}

const lineLength = 64;

/** The content of the file before the executor has announced a stage. */
export const noStage = ' '.repeat(lineLength);

/** Always the same length. */
export function formatStage({ name, sinceMs, limitMs }: Stage): string {
  return `${name} ${Math.round(sinceMs)} ${Math.round(limitMs)}`.padEnd(lineLength);
}

/** @returns null if the text contains no stage */
export function parseStage(text: string): Stage | null {
  const match = /^([a-z]+) (\d+) (\d+) *$/.exec(text);
  const name = stageNames.find((item) => item === match?.[1]);
  if (match === null || name === undefined) return null;
  return { name, sinceMs: Number(match[2]), limitMs: Number(match[3]) };
}
