import { UsageError, formatFindings, hasErrors } from '../../diagnostics/index.js';
import type { LabRules } from '../../lab/index.js';
import type { Lab } from '../../model/index.js';
import { printError } from '../output.js';
import { stateDirectoryOf } from '../state.js';
import type { LabPlace } from './connect.js';
import { readLab, type LabReading } from './read-lab.js';

/** A lab that can be worked with, though some of its files may have findings. */
export interface UsableLab extends LabReading {
  readonly lab: Lab;
  readonly place: LabPlace;
  readonly hasErrors: boolean;
}

export function placeOf(directory: string): LabPlace {
  return { directory, state: stateDirectoryOf(directory) };
}

/**
 * Reads a lab and prints its findings to standard error.
 * @param revision a committed revision, or null for the working tree
 * @param rules hold instead of the lab's own
 * @throws UsageError with exit code 3 when nothing of it can be used; ExternalError
 */
export async function loadUsableLab(
  directory: string,
  revision: string | null,
  rules?: LabRules,
): Promise<UsableLab> {
  const place = placeOf(directory);
  const reading = await readLab(directory, revision, place.state, rules);
  if (reading.findings.length > 0) printError(formatFindings(reading.findings, 'text'));
  const { lab } = reading;
  if (lab === null) {
    throw new UsageError(
      'the lab repo cannot be used',
      'mend the findings above; lavaflow validate shows them',
      3,
    );
  }
  return { ...reading, lab, place, hasErrors: hasErrors(reading.findings) };
}
