/** One request that an operation handles, and what it may respond. */
import type { Access, App, Permissions, State } from './state.js';

/** Who sends a request. */
export type Actor =
  | { readonly kind: 'anonymous' }
  /** A person with a personal token. */
  | { readonly kind: 'user'; readonly login: string }
  /** An app in the repository, such as GitHub Actions. */
  | { readonly kind: 'installation'; readonly app: App; readonly permissions: Permissions }
  /** An app itself, which can only look for its installations. */
  | { readonly kind: 'app'; readonly app: App };

export interface TokenRegister {
  /** `expiresAt` in milliseconds. */
  add(token: string, actor: Actor, expiresAt: number): void;
}

export interface Call {
  readonly state: State;
  /** Base URL of the API. */
  readonly url: string;
  /** Without the query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Complies with GitHub's description. */
  readonly body: unknown;
  readonly actor: Actor;
  /** Where new tokens are issued. */
  readonly tokens: TokenRegister;
  /** Objects with this ID or a higher one are missing in lists, because those lag behind. */
  readonly unlistedFromId: number;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (call: Call) => Answer;

export interface ErrorDetail {
  readonly resource?: string;
  readonly field?: string;
  readonly code: string;
  readonly message?: string;
}

/** An error response of GitHub. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: readonly ErrorDetail[] | undefined;
  constructor(status: number, message: string, errors?: readonly ErrorDetail[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export const notFound = (): ApiError => new ApiError(404, 'Not Found');
export const invalid = (...errors: ErrorDetail[]): ApiError => new ApiError(422, 'Validation Failed', errors);
export const forbidden = (): ApiError => new ApiError(403, 'Resource not accessible by integration');

const writers = ['write', 'maintain', 'admin'];

/**
 * Requires access to one of the areas, which are named as in the permissions of apps.
 * @throws ApiError 401, 403, or 404 if the actor must not know that it exists
 */
export function demand(
  { actor, state }: Pick<Call, 'actor' | 'state'>,
  access: Access,
  ...areas: string[]
): void {
  switch (actor.kind) {
    case 'anonymous':
      if (access === 'read' && !state.isPrivate) return;
      throw state.isPrivate ? notFound() : new ApiError(401, 'Requires authentication');
    case 'app':
      throw forbidden();
    case 'installation':
      if (areas.some((area) => mayUse(actor.permissions[area], access))) return;
      throw forbidden();
    case 'user': {
      const level = state.permissions.get(actor.login.toLowerCase());
      if (level === undefined && state.isPrivate) throw notFound();
      if (access === 'read' || (level !== undefined && writers.includes(level))) return;
      throw new ApiError(403, 'Must have admin rights to Repository.');
    }
  }
}

function mayUse(granted: Access | undefined, needed: Access): boolean {
  return granted === 'write' || granted === needed;
}
