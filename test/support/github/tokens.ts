import type { Actor } from './call.js';
import { actionsAppId, type Access, type Permissions, type State } from './state.js';

export type TokenKind =
  /** A workflow's GITHUB_TOKEN with all the permissions that lavaflow's workflows request. */
  | 'workflow'
  /** A workflow's GITHUB_TOKEN with exactly these permissions. */
  | { readonly workflow: Permissions }
  /** A workflow's GITHUB_TOKEN with the permissions that a job requests, as in its file. */
  | { readonly job: Readonly<Record<string, string>> }
  /** The read-only GITHUB_TOKEN of a workflow that a fork's pull request runs. */
  | 'fork'
  /** A person's token. */
  | { readonly user: string }
  /** A token that nobody has issued. */
  | 'none';

const areas = ['contents', 'issues', 'pull_requests', 'checks', 'statuses', 'deployments'];
const all = (access: Access): Permissions => Object.fromEntries(areas.map((area) => [area, access]));

/** The tokens that have been issued. */
export class Tokens {
  readonly #state: State;
  readonly #actors = new Map<string, { readonly actor: Actor; readonly expiresAt: number }>();

  constructor(state: State) {
    this.#state = state;
  }

  tokenOf(kind: TokenKind): string {
    if (kind === 'none') return 'ghp_nobody';
    if (kind === 'workflow') return this.#ofWorkflow('workflow', { ...all('write'), contents: 'read' });
    if (kind === 'fork') return this.#ofWorkflow('fork', all('read'));
    if ('workflow' in kind) return this.#ofWorkflow(JSON.stringify(kind.workflow), kind.workflow);
    if ('job' in kind) {
      const permissions = Object.entries(kind.job).map(([name, access]): [string, Access] => {
        if (access !== 'read' && access !== 'write') throw new Error(`${access} is not an access`);
        return [name.replaceAll('-', '_'), access];
      });
      return this.#ofWorkflow(JSON.stringify(kind.job), Object.fromEntries(permissions));
    }
    return this.add(`ghp_${kind.user}`, { kind: 'user', login: kind.user });
  }

  #ofWorkflow(name: string, permissions: Permissions): string {
    const app = this.#state.apps.find(({ id }) => id === actionsAppId);
    if (app === undefined) throw new Error('GitHub Actions is not installed');
    return this.add(`ghs_${Buffer.from(name).toString('base64url')}`, {
      kind: 'installation',
      app,
      permissions: { metadata: 'read', ...permissions },
    });
  }

  add(token: string, actor: Actor, expiresAt = Infinity): string {
    this.#actors.set(token, { actor, expiresAt });
    return token;
  }

  /** null: nobody has issued it, or it has expired. */
  actorOf(token: string): Actor | null {
    const issued = this.#actors.get(token);
    return issued === undefined || issued.expiresAt <= this.#state.now().getTime() ? null : issued.actor;
  }
}
