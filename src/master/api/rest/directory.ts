import type { FastifyInstance } from 'fastify';
import {
  findAlias,
  findTag,
  listAliases,
  listDevicePermissions,
  listGroups,
  listTags,
  listTypePermissions,
  listUsers,
} from '../../views/index.js';
import { notFound } from '../problem.js';
import type { RouteContext } from '../route-context.js';
import type { Guards } from './guards.js';
import { answerList } from './paging.js';
import { numberParameter, pathParameter } from './parameters.js';

/** The small lists: aliases, tags, permissions, and the names for the IDs of users and groups (LAVA 2026.04). */
export function directoryRoutes(server: FastifyInstance, context: RouteContext, guards: Guards): void {
  const { db } = context.store;

  server.get('/api/v0.2/aliases/', guards.reader, (request) =>
    answerList(
      request,
      { name: 'name', device_type: 'deviceType' } as const,
      (wanted) => listAliases(db, wanted),
      formatAlias,
    ),
  );

  server.get('/api/v0.2/aliases/:name/', guards.reader, async (request) => {
    const alias = await findAlias(db, pathParameter(request, 'name'));
    if (alias === undefined) throw notFound();
    return formatAlias(alias);
  });

  server.get('/api/v0.2/tags/', guards.reader, (request) =>
    answerList(
      request,
      { id: 'id', name: 'name', description: 'description' } as const,
      (wanted) => listTags(db, wanted),
      (tag) => tag,
    ),
  );

  server.get('/api/v0.2/tags/:id/', guards.reader, async (request) => {
    const tag = await findTag(db, { id: numberParameter(request, 'id') });
    if (tag === undefined) throw notFound();
    return tag;
  });

  server.get('/api/v0.2/permissions/devices/', guards.reader, (request) =>
    answerList(
      request,
      { id: 'id', group: 'group', permission: 'permission', device: 'device' } as const,
      (wanted) => listDevicePermissions(db, wanted),
      ({ id, group, permission, device }) => ({ id, group, permission, device }),
    ),
  );

  server.get('/api/v0.2/permissions/devicetypes/', guards.reader, (request) =>
    answerList(
      request,
      { id: 'id', group: 'group', permission: 'permission', devicetype: 'deviceType' } as const,
      (wanted) => listTypePermissions(db, wanted),
      ({ id, group, permission, deviceType }) => ({ id, group, permission, devicetype: deviceType }),
    ),
  );

  server.get('/api/v0.2/users/', guards.reader, (request) =>
    answerList(
      request,
      { id: 'id', username: 'name' } as const,
      (wanted) => listUsers(db, wanted),
      ({ id, name }) => ({ id, username: name }),
    ),
  );

  server.get('/api/v0.2/groups/', guards.reader, (request) =>
    answerList(
      request,
      { id: 'id', name: 'name' } as const,
      (wanted) => listGroups(db, wanted),
      ({ id, name }) => ({ id, name }),
    ),
  );
}

function formatAlias({ name, deviceType }: { readonly name: string; readonly deviceType: string }) {
  return { name, device_type: deviceType };
}
