import { ApiError, type Call } from './call.js';
import type { Account, App } from './state.js';

/** As whom the sender of a request writes. */
export function authorOf({ actor }: Call): { author: string; type: Account['type']; app: App | null } {
  switch (actor.kind) {
    case 'user':
      return { author: actor.login, type: 'User', app: null };
    case 'installation':
      return { author: `${actor.app.slug}[bot]`, type: 'Bot', app: actor.app };
    case 'app':
    case 'anonymous':
      throw new ApiError(401, 'Requires authentication');
  }
}
