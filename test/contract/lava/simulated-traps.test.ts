import { describe } from 'vitest';
import { startSimulatedTarget } from '../../support/targets/simulated-target.js';
import { describeApi } from './api.contract.js';
import { describeHalfCreated } from './half-created.contract.js';
import { describeTraps } from './traps.contract.js';

describe('a simulated LAVA 2023.01', () => {
  describeTraps('traps of the double', () => startSimulatedTarget('2023.01'));
  describeHalfCreated('objects that cannot be created completely', () => startSimulatedTarget('2023.01'));
  describeApi('the API of the double', () => startSimulatedTarget('2023.01'));
});
