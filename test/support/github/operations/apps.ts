import { randomBytes } from 'node:crypto';
import { ApiError, notFound, type Call, type Handler } from '../call.js';
import { presentApp } from '../present/account.js';
import { presentInstallation } from '../present/installation.js';
import type { App, Permissions } from '../state.js';

const tokenLifetimeMs = 3_600_000;

export const appOperations: Record<string, Handler> = {
  'apps/get-authenticated'(call) {
    return { status: 200, body: presentApp(call, demandApp(call)) };
  },
  'apps/get-repo-installation'(call) {
    return { status: 200, body: presentInstallation(call, demandApp(call)) };
  },
  'apps/create-installation-access-token'(call) {
    const app = demandApp(call);
    if (Number(call.params['installation_id']) !== app.installationId) throw notFound();
    const body = (call.body ?? {}) as { permissions?: Permissions; repositories?: readonly string[] };
    const permissions = { metadata: 'read' as const, ...(body.permissions ?? app.permissions) };
    const isGranted = Object.entries(permissions).every(
      ([area, access]) => app.permissions[area] === 'write' || app.permissions[area] === access,
    );
    if (!isGranted)
      throw new ApiError(422, 'The permissions requested are not granted to this installation.');
    const name = call.state.repository.split('/')[1];
    if (body.repositories?.some((repository) => repository !== name) === true)
      throw new ApiError(422, 'There is at least one repository that does not exist or is not accessible.');
    const token = `ghs_${randomBytes(18).toString('hex')}`;
    const expiresAt = call.state.now().getTime() + tokenLifetimeMs;
    call.tokens.add(token, { kind: 'installation', app, permissions }, expiresAt);
    return {
      status: 201,
      body: {
        token,
        expires_at: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
        permissions,
        repository_selection: 'selected',
      },
    };
  },
};

function demandApp({ actor }: Call): App {
  if (actor.kind !== 'app') throw new ApiError(401, 'A JSON web token could not be decoded');
  return actor.app;
}
