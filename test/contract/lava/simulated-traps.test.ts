import { describe } from 'vitest';
import { startSimulatedTarget } from '../../support/targets/simulated-target.js';
import { describeApi } from './api.contract.js';
import { describeHalfCreated } from './half-created.contract.js';
import { describeTraps } from './traps.contract.js';

/** The releases of which a stock master was observed (stock-traps.test.ts). */
describe.each(['2020.12', '2023.01', '2026.10'])('a simulated LAVA %s', (release) => {
  describeTraps('traps of the double', () => startSimulatedTarget(release));
  describeHalfCreated('objects that cannot be created completely', () => startSimulatedTarget(release));
  describeApi('the API of the double', () => startSimulatedTarget(release));
});
