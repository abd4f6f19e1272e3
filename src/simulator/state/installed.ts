import type { Release } from '../release.js';
import { emptyState, type MasterState, nextNumber } from './rows.js';
import { newWorker } from './workers.js';

/** The superuser of a new simulated master. */
const administrator = 'admin';

/** A master right after its installation: a superuser with a token, LAVA's own user, workers and files. */
export function installedState(release: Release, secret: string): MasterState {
  const state = emptyState();
  state.users.set(nextNumber(state), { name: 'lava-health', isSuperuser: false });
  state.users.set(nextNumber(state), { name: administrator, isSuperuser: true });
  // LAVA's migrations give the user that health checks run as a group of its own.
  state.groups.set(nextNumber(state), 'lava-health');
  state.memberships.set(nextNumber(state), { group: 'lava-health', user: 'lava-health' });
  state.tokens.push({ secret, user: administrator });
  if (release.hasExampleWorker) state.workers.set('example.com', newWorker('example.com'));
  if (release.isZmq) state.workers.set('lava-logs', { ...newWorker('lava-logs'), state: 'Online' });
  state.files.set('env.yaml', 'purge: true\noverrides:\n  LC_ALL: C.UTF-8\n');
  return state;
}
