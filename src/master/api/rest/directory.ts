import type { FastifyInstance } from 'fastify';
import { findAlias, listAliases, listTypePermissions, type Alias } from '../../store/device-types.js';
import { listPermissions } from '../../store/devices.js';
import { listPrincipals } from '../../store/principals.js';
import { listTags } from '../../store/tags.js';
import { selectPage } from '../paging.js';
import { notFound } from '../problem.js';
import { numberParameter, pathParameter, requireReader, type RouteContext } from '../route-context.js';

/** The small lists: aliases, tags, permissions, and the names behind the numbers of users and groups (LAVA 2026.04). */
export function directoryRoutes(server: FastifyInstance, context: RouteContext): void {
  const { db } = context.store;

  server.get('/api/v0.2/aliases/', async (request) => {
    await requireReader(context, request);
    return selectPage(request, (await listAliases(db)).map(aliasView), ['name', 'device_type']);
  });

  server.get('/api/v0.2/aliases/:name/', async (request) => {
    await requireReader(context, request);
    const alias = await findAlias(db, pathParameter(request, 'name'));
    if (alias === undefined) throw notFound();
    return aliasView(alias);
  });

  server.get('/api/v0.2/tags/', async (request) => {
    await requireReader(context, request);
    return selectPage(request, await listTags(db), ['id', 'name', 'description']);
  });

  server.get('/api/v0.2/tags/:id/', async (request) => {
    await requireReader(context, request);
    const id = numberParameter(request, 'id');
    const tag = (await listTags(db)).find((row) => row.id === id);
    if (tag === undefined) throw notFound();
    return tag;
  });

  server.get('/api/v0.2/permissions/devices/', async (request) => {
    await requireReader(context, request);
    const rows = (await listPermissions(db)).map(({ id, groupName, permission, device }) => ({
      id,
      group: groupName,
      permission,
      device,
    }));
    return selectPage(request, rows, ['id', 'group', 'permission', 'device']);
  });

  server.get('/api/v0.2/permissions/devicetypes/', async (request) => {
    await requireReader(context, request);
    const rows = (await listTypePermissions(db)).map(({ id, groupName, permission, deviceType }) => ({
      id,
      group: groupName,
      permission,
      devicetype: deviceType,
    }));
    return selectPage(request, rows, ['id', 'group', 'permission', 'devicetype']);
  });

  server.get('/api/v0.2/users/', async (request) => {
    await requireReader(context, request);
    const rows = (await listPrincipals(db, 'user')).map(({ id, name }) => ({ id, username: name }));
    return selectPage(request, rows, ['id', 'username']);
  });

  server.get('/api/v0.2/groups/', async (request) => {
    await requireReader(context, request);
    const rows = (await listPrincipals(db, 'group')).map(({ id, name }) => ({ id, name }));
    return selectPage(request, rows, ['id', 'name']);
  });
}

function aliasView({ name, deviceType }: Alias) {
  return { name, device_type: deviceType };
}
