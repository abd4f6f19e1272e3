import type { ConnectionLimits } from '../../../net/index.js';

/** Of the API. */
export const standardConnectionLimits: ConnectionLimits = {
  all: 2_000,
  /** Enough for a CI system that follows hundreds of jobs. */
  perAddress: 400,
};
