import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { holdingStates } from '../../states.js';

/**
 * Tests whether a job holds its device, given the column of its state. The states are literals, because only then can the
 * databases use the index of jobs that hold a device.
 */
export function isHolding(state: string): RawBuilder<SqlBool> {
  return sql`${sql.ref(state)} in (${sql.join(holdingStates.map((item) => sql.lit(item)))})`;
}
