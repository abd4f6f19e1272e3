import { startOwnTarget } from '../../support/targets/own-target.js';
import { describeMasterTarget } from './master-target.contract.js';

describeMasterTarget('the reconciler on our master', startOwnTarget);
