import { startSimulatedMaster } from '../../../src/simulator/index.js';
import { describeFaults } from './faults.contract.js';

describeFaults('a LAVA double of 2023.01 that is broken on purpose', () =>
  startSimulatedMaster({ release: '2023.01' }),
);
