import { startOwnTarget } from '../../support/targets/own-target.js';
import { describeFaults } from './faults.contract.js';

describeFaults('a master of ours that is broken on purpose', startOwnTarget, { isOurs: true });
