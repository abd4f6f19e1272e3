import { type Fault, readFaults } from '../faults/fault.js';
import { UsageError } from '../../diagnostics/index.js';
import type { Master } from '../master.js';
import { type Answer, json } from '../rest/request.js';
import { restIdentity } from './identity.js';
import { headerOf, type RawRequest } from './raw-request.js';

/**
 * The control API of a simulated master, which requires its token: `GET /simulator/history/` returns the writes,
 * `PUT /simulator/faults/` sets the faults. Null for every other path. Faults do not affect it.
 */
export function answerControl(
  master: Master,
  raw: RawRequest,
  setFaults: (faults: readonly Fault[]) => void,
): Answer | null {
  if (!raw.target.startsWith('/simulator/')) return null;
  const always = { ...master, access: { areTokensValid: true } };
  const identity = restIdentity(always, headerOf(raw, 'authorization'));
  if (typeof identity === 'string' || identity.caller?.isSuperuser !== true) {
    return json(403, { detail: 'Give the token of the simulated master.' });
  }
  const what = `${raw.method} ${raw.target}`;
  if (what === 'GET /simulator/history/') {
    return json(200, { requests: master.journal.requests, writes: master.journal.writes });
  }
  if (what !== 'PUT /simulator/faults/') return json(404, { detail: 'Not found.' });
  try {
    const faults = readFaults(JSON.parse(raw.body.toString('utf8')));
    setFaults(faults);
    return json(200, { faults: faults.length });
  } catch (error) {
    if (error instanceof UsageError || error instanceof SyntaxError)
      return json(400, { detail: error.message });
    throw error;
  }
}
