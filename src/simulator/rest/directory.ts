import type { Master } from '../master.js';
import { invalid, notFound } from '../refusal.js';
import { grant, isPermission } from '../state/permissions.js';
import type { PermissionRow } from '../state/rows.js';
import { addTag, deleteTag, tagNumber } from '../state/tags.js';
import { readFilledText, readReference, readText } from './fields.js';
import { listPage } from './list.js';
import { empty, fieldsOf, json, requireSuperuser } from './request.js';
import type { Resource } from './resource.js';

/** Only aliases of displayed types are shown. */
export const aliases: Resource = {
  kind: 'alias',
  read: 'users',
  list: (master, request) =>
    listPage(master, request, {
      items: [...master.state.aliases].filter(([, type]) => isDisplayed(master, type)),
      show: ([name, type]) => ({ name, device_type: type }),
      fields: { name: ([name]) => name, device_type: ([, type]) => type },
    }),
  show(master, _, name) {
    const type = master.state.aliases.get(name);
    if (type === undefined || !isDisplayed(master, type)) throw notFound();
    return json(200, { name, device_type: type });
  },
  create(master, request) {
    requireSuperuser(request.caller);
    const body = fieldsOf(request);
    const name = readFilledText(body, 'name', 200);
    if (master.state.aliases.has(name)) throw invalid('name', 'alias with this name already exists.');
    const type = readReference<string>(
      { device_type: null, ...body },
      'device_type',
      master.state.deviceTypes,
      'string',
    );
    master.state.aliases.set(name, type);
    return json(201, { name, device_type: type });
  },
  remove(master, request, name) {
    requireSuperuser(request.caller);
    if (!master.state.aliases.delete(name)) throw notFound();
    return empty(204);
  },
};

export const tags: Resource = {
  kind: 'tag',
  read: 'users',
  list: (master, request) =>
    listPage(master, request, {
      items: [...master.state.tags],
      show: ([id, { name, description }]) => ({ id, name, description }),
      fields: { id: ([id]) => id, name: ([, tag]) => tag.name, description: ([, tag]) => tag.description },
    }),
  show(master, _, key) {
    const tag = master.state.tags.get(Number(key));
    if (tag === undefined) throw notFound();
    return json(200, { id: Number(key), ...tag });
  },
  create(master, request) {
    requireSuperuser(request.caller);
    const body = fieldsOf(request);
    const name = readFilledText(body, 'name', master.release.maxTagLength);
    if (!/^[-\w]+$/.test(name)) throw invalid('name', 'Letters, digits, _ and - are allowed.');
    if (tagNumber(master, name) !== undefined) throw invalid('name', 'tag with this name already exists.');
    const description = readText({ description: null, ...body }, 'description', { isNullable: true });
    return json(201, { id: addTag(master, name, description), name, description });
  },
  remove(master, request, key) {
    requireSuperuser(request.caller);
    if (!master.state.tags.has(Number(key))) throw notFound();
    deleteTag(master, Number(key));
    return empty(204);
  },
};

/** `/permissions/devices/` and `/permissions/devicetypes/` */
export function permissions(kind: PermissionRow['kind']): Resource {
  const show = (id: number, row: PermissionRow): Record<string, unknown> => ({
    id,
    group: row.group,
    permission: row.permission,
    [kind]: row.object,
  });
  return {
    kind: 'permission',
    read: 'superusers',
    list: (master, request) =>
      listPage(master, request, {
        items: [...master.state.permissions].filter(([, row]) => row.kind === kind),
        show: ([id, row]) => show(id, row),
        fields: { id: ([id]) => id },
      }),
    show(master, _, key) {
      const row = master.state.permissions.get(Number(key));
      if (row?.kind !== kind) throw notFound();
      return json(200, show(Number(key), row));
    },
    create(master, request) {
      requireSuperuser(request.caller);
      const body = fieldsOf(request);
      const group = readFilledText(body, 'group');
      if (![...master.state.groups.values()].includes(group))
        throw invalid('group', 'There is no such group.');
      const permission = readFilledText(body, 'permission');
      if (!isPermission(kind, permission)) throw invalid('permission', 'There is no such permission.');
      const table = kind === 'device' ? master.state.devices : master.state.deviceTypes;
      const object = readReference<string>({ [kind]: null, ...body }, kind, table, 'string');
      if (object === null) throw invalid(kind, 'This field is required.');
      const row: PermissionRow = { kind, object, group, permission };
      return json(201, show(grant(master, row), row));
    },
    remove(master, request, key) {
      requireSuperuser(request.caller);
      if (master.state.permissions.get(Number(key))?.kind !== kind) throw notFound();
      master.state.permissions.delete(Number(key));
      return empty(204);
    },
  };
}

export const groups: Resource = {
  kind: 'group',
  isThere: (release) => release.hasAccounts,
  read: 'superusers',
  list: (master, request) =>
    listPage(master, request, {
      items: [...master.state.groups],
      show: ([id, name]) => ({ id, name }),
      fields: { id: ([id]) => id, name: ([, name]) => name },
    }),
  show(master, _, key) {
    const name = master.state.groups.get(Number(key));
    if (name === undefined) throw notFound();
    return json(200, { id: Number(key), name });
  },
};

export const users: Resource = {
  kind: 'user',
  isThere: (release) => release.hasAccounts,
  read: 'superusers',
  list: (master, request) =>
    listPage(master, request, {
      items: [...master.state.users],
      show: ([id, user]) => ({ id, username: user.name, is_superuser: user.isSuperuser }),
      fields: { id: ([id]) => id, username: ([, user]) => user.name },
    }),
  show(master, _, key) {
    const user = master.state.users.get(Number(key));
    if (user === undefined) throw notFound();
    return json(200, { id: Number(key), username: user.name, is_superuser: user.isSuperuser });
  },
};

function isDisplayed(master: Master, type: string | null): boolean {
  return type !== null && master.state.deviceTypes.get(type)?.display === true;
}
