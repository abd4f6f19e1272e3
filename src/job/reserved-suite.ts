import { asMapping } from '../pyyaml/index.js';
import { problemAt, type JobProblem } from './problem.js';
import type { JobSource } from './source.js';
import { reservedName } from './wording.js';

/** The suite of LAVA's own results: the actions of a job, and `lava`/`job`, which is the result of the whole job. */
export const reservedSuite = 'lava';

/** Whether a suite is, or would be written as, the reserved one: monitors write their names in lower case. */
export function isReservedSuite(suite: string): boolean {
  return suite.trim().toLowerCase() === reservedSuite;
}

/**
 * Reports tests whose results would appear in the suite of the job itself. LAVA's schemas accept them. Its dispatcher
 * (2023.01) rejects a test definition of this name; a monitor of this name forges the results of the job.
 */
export function findReservedSuites({ actions }: JobSource): readonly JobProblem[] {
  if (!Array.isArray(actions)) return [];
  return actions.flatMap((action: unknown, index) => {
    const test = asMapping(asMapping(action)?.['test']);
    return ['monitors', 'definitions'].flatMap((kind) => {
      const list: unknown = test?.[kind];
      if (!Array.isArray(list)) return [];
      return list.flatMap((item: unknown, place) => {
        const name = asMapping(item)?.['name'];
        if (typeof name !== 'string' || !isReservedSuite(name)) return [];
        const at = ['actions', index, 'test', kind, place, 'name'];
        return [
          problemAt(
            at,
            `the name ${JSON.stringify(name)} is reserved: the suite "${reservedSuite}" contains the results of the job itself`,
            reservedName.hint,
          ),
        ];
      });
    });
  });
}
