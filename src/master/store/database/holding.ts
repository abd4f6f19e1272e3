import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { holdingStates } from '../../states.js';

/**
 * Whether a job holds its device, by the column of its state. The states are literals: only then can the databases
 * use the index over the jobs that hold a device.
 */
export function isHolding(state: string): RawBuilder<SqlBool> {
  return sql`${sql.ref(state)} in (${sql.join(holdingStates.map((item) => sql.lit(item)))})`;
}
