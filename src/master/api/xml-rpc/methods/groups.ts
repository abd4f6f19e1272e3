import { RpcFault } from '../../../../xml-rpc/index.js';
import { findGroup, groupsOf, listGroups, listUsers } from '../../../views/index.js';
import { method, type RpcMethods } from '../method.js';
import { text } from '../parameters.js';

/** LAVA's calls to read groups and users (2023.03 and later). */
export const groupMethods: RpcMethods = {
  'auth.groups.list': method({
    access: 'reader',
    help: 'Returns the names of all groups.',
    parameters: {},
    call: async (_given, { db }) =>
      (await listGroups(db, { order: { field: 'name', descending: false } })).items.map(({ name }) => name),
  }),
  'auth.groups.show': method({
    access: 'reader',
    help: 'Returns a group with its permissions and members.',
    parameters: { name: text },
    async call({ name }, { db }) {
      const group = await existing(db, name);
      return { id: group.id, name, permissions: group.permissions, users: group.members };
    },
  }),
  'auth.groups.perms.list': method({
    access: 'reader',
    help: 'Returns the permissions of a group.',
    parameters: { name: text },
    async call({ name }, { db }) {
      const { permissions } = await existing(db, name);
      return permissions.map((permission) => {
        const [app = '', model = '', codename = ''] = permission.split('.');
        return { app, model, codename };
      });
    },
  }),
  'auth.users.list': method({
    access: 'reader',
    help: 'Returns all users.',
    parameters: {},
    call: async (_given, { db }) => (await listUsers(db, {})).items.map(({ name }) => userOf(name)),
  }),
  'auth.users.show': method({
    access: 'reader',
    help: 'Returns a user with the names of its groups.',
    parameters: { username: text },
    async call({ username }, { db }) {
      const { id } = await existingUser(db, username);
      return { id, ...userOf(username), email: '', groups: await groupsOf(db, username), permissions: [] };
    },
  }),
  'auth.users.groups.list': method({
    access: 'reader',
    help: 'Returns the names of the groups of a user.',
    parameters: { username: text },
    async call({ username }, { db }) {
      await existingUser(db, username);
      return groupsOf(db, username);
    },
  }),
};

type Db = Parameters<typeof findGroup>[0];

/** @throws RpcFault 404 */
async function existing(db: Db, name: string) {
  const group = await findGroup(db, name);
  if (group === undefined) throw new RpcFault(404, `Group '${name}' was not found.`);
  return group;
}

/** @throws RpcFault 404 */
async function existingUser(db: Db, username: string) {
  const user = (await listUsers(db, {})).items.find(({ name }) => name === username);
  if (user === undefined) throw new RpcFault(404, `User '${username}' was not found.`);
  return user;
}

/** Users are the names of tokens and of owners; only the admin token may do everything. */
function userOf(username: string) {
  const isAdmin = username === 'admin';
  return {
    username,
    last_name: '',
    first_name: '',
    is_superuser: isAdmin,
    is_staff: isAdmin,
    is_active: true,
  };
}
