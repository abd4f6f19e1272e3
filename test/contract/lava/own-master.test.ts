import { startOwnTarget } from '../../support/own-target.js';
import { describeMasterTarget } from './master-target.contract.js';

describeMasterTarget('the reconciler on our master', startOwnTarget);
